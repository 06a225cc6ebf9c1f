package org.relevo.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.wire.WireLimits;

class OutstandingTest {
  private final List<String> told = new ArrayList<>();
  private final Outstanding pending =
      new Outstanding(
          new Outstanding.Owner() {
            @Override
            public void done(byte kind, Object note) {
              told.add("done " + (char) kind + " " + note);
            }

            @Override
            public void skipped(byte kind, Object note) {
              told.add("skipped " + (char) kind + " " + note);
            }

            @Override
            public void spared(byte kind) {
              told.add("spared " + (char) kind);
            }
          });

  @BeforeEach
  void nothingIsOwedAtFirst() {
    assertThat(pending.atBoundary()).isTrue();
    assertThat(pending.owed()).isZero();
  }

  // ------------------------------------------------------------------ transactions and batches

  @Test
  void aQueryOwesOneAnswer() {
    send("Q");
    assertThat(pending.atBoundary()).isFalse();
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aTransactionIsNoBoundary() {
    send("Q");
    ready('T');
    assertThat(pending.atBoundary()).isFalse();
    assertThat(pending.answeredAll()).isTrue();
    assertThat(pending.owed()).isZero();
    assertThat(pending.status()).isEqualTo((byte) 'T');
    send("Q");
    receive("E");
    ready('E');
    assertThat(pending.atBoundary()).isFalse();
    send("Q");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void extendedMessagesWithoutSyncAreNoBoundary() {
    send("PBDEH");
    assertThat(pending.atBoundary()).isFalse();
    assertThat(pending.inBatch()).isTrue();
    assertThat(pending.owed()).isZero();
    receive("12TC");
    assertThat(pending.atBoundary()).as("its Sync is missing").isFalse();
    send("S");
    assertThat(pending.inBatch()).isFalse();
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void pipelinedBatchesAreCountedOneByOne() {
    send("PBESPBESPBESQF");
    assertThat(pending.owed()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(pending.atBoundary()).isFalse();
      if (i < 3) {
        receive("12C");
      }
      ready('I');
    }
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSuspendedPortalAndAnEmptyQueryAreAnswersToExecute() {
    send("PBEE");
    note('E', "third");
    receive("12sI");
    assertThat(told).isEmpty();
    receive("C");
    assertThat(told).containsExactly("done E third");
  }

  @Test
  void answersToASimpleQueryAreNotTakenForAnswersToWhatFollows() {
    send("Q");
    note('E', "later");
    send("S");
    receive("TCTCI");
    assertThat(told).isEmpty();
    ready('I');
    receive("C");
    assertThat(told).containsExactly("done E later");
  }

  @Test
  void aQueryClosesAnOpenBatch() {
    send("PBEQ");
    assertThat(pending.inBatch()).isFalse();
    receive("12C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  // ------------------------------------------------------------------ errors

  @Test
  void anErrorInABatchSkipsUpToItsSync() {
    send("PBE");
    receive("E");
    assertThat(pending.atBoundary()).isFalse();
    assertThat(pending.skipping()).isTrue();
    send("PBEQ"); // all skipped by the server, also the Query
    assertThat(pending.owed()).isZero();
    send("S");
    assertThat(pending.skipping()).isFalse();
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void anErrorInAPipelineSkipsOnlyItsOwnBatch() {
    send("PBEQSPBES");
    receive("E"); // in the first batch; its Query is skipped with it
    assertThat(pending.owed()).isEqualTo(2);
    ready('I');
    receive("12C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void anErrorOfASimpleQuerySkipsNothing() {
    send("Q");
    note('P', "behind");
    send("S");
    receive("E");
    ready('I');
    receive("1");
    ready('I');
    assertThat(told).containsExactly("done P behind");
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void anErrorAfterEverythingIsAnsweredSkipsTheRestOfTheOpenBatch() {
    send("PH");
    receive("1");
    receive("E");
    assertThat(pending.skipping()).isTrue();
    send("S");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  // ------------------------------------------------------------------ COPY

  @Test
  void aSyncInsideCopyInIsSwallowed() {
    send("PBES"); // the Sync arrives while the server is in COPY IN
    receive("12G");
    assertThat(pending.copyIn()).isTrue();
    assertThat(pending.owed()).isZero();
    assertThat(pending.atBoundary()).isFalse();
    send("ddSdHc");
    assertThat(pending.atBoundary()).isFalse();
    send("S");
    assertThat(pending.owed()).isEqualTo(1);
    receive("C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void copyDataSentBlindlyIsAccountedWhenTheCopyBegins() {
    send("PBESddcS");
    assertThat(pending.owed()).isEqualTo(2);
    receive("12G");
    assertThat(pending.owed()).isEqualTo(1);
    assertThat(pending.copyIn()).isFalse();
    receive("C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void whatIsSentBehindABlindCopyKeepsItsPlace() {
    send("PBESddcS");
    note('P', "next");
    send("S");
    receive("12G");
    assertThat(pending.owed()).isEqualTo(2);
    receive("C");
    ready('I');
    assertThat(told).isEmpty();
    receive("1");
    ready('I');
    assertThat(told).containsExactly("done P next");
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aFailedCopyNeedsItsSync() {
    send("PBES");
    receive("12G");
    send("dd");
    receive("E");
    assertThat(pending.atBoundary()).isFalse();
    send("dfS");
    assertThat(pending.owed()).isEqualTo(1);
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSyncThatWasNotSwallowedAfterAllEndsTheSkipping() {
    send("PBES");
    receive("12GE"); // a trigger failed before any data was read
    assertThat(pending.skipping()).isTrue();
    ready('I');
    assertThat(pending.skipping()).isFalse();
    assertThat(pending.atBoundary()).isTrue();
    send("Q");
    assertThat(pending.owed()).isEqualTo(1);
  }

  @Test
  void aSimpleCopyOwesTheAnswerOfItsQuery() {
    send("Q");
    receive("G");
    send("ddS");
    assertThat(pending.owed()).isEqualTo(1);
    send("c");
    receive("C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSimpleCopyThatFailsLeavesNothing() {
    send("Q");
    receive("G");
    send("dd");
    receive("E");
    ready('I');
    send("dc"); // ignored by the server: it has left the COPY
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aBlindCopyThatNeverBeginsLeavesNothing() {
    send("Qddc");
    receive("E");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void twoCopiesInOneQueryOweOneAnswer() {
    send("Q");
    receive("G");
    send("dc");
    receive("CG");
    send("dc");
    assertThat(pending.atBoundary()).isFalse();
    receive("C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aMessageThatBreaksACopyIsNotDone() {
    send("Q");
    receive("G");
    note('P', "intruder");
    assertThat(told).containsExactly("skipped P intruder");
  }

  // ------------------------------------------------------------------ notes

  @Test
  void notesComeBackInOrder() {
    note('P', "parse");
    note('C', "close");
    send("S");
    note('Q', "query");
    receive("13");
    ready('I');
    assertThat(told).containsExactly("done P parse", "done C close");
    assertThat(pending.current()).isEqualTo("query");
    receive("C");
    ready('I');
    assertThat(told).endsWith("done Q query");
    assertThat(pending.current()).isNull();
  }

  @Test
  void anErrorSkipsItsMessageAndThoseBehindIt() {
    note('P', "fails");
    note('B', "behind");
    note('Q', "query");
    send("S");
    note('P', "next batch");
    send("S");
    assertThat(pending.current()).isEqualTo("fails");
    receive("E");
    assertThat(told).containsExactly("skipped Q query", "skipped B behind", "skipped P fails");
    ready('I');
    receive("1");
    assertThat(told).endsWith("done P next batch");
  }

  @Test
  void aMessageSentWhileTheServerSkipsIsSkippedAtOnce() {
    send("P");
    receive("E");
    note('P', "late");
    assertThat(told).containsExactly("skipped P late");
    note('Q', "late query");
    assertThat(told).containsExactly("skipped P late", "skipped Q late query");
    send("S");
    ready('I');
    assertThat(told).hasSize(2);
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void manyEntriesGrowTheRingWithoutLosingOrder() {
    for (int i = 0; i < 5; i++) {
      note('P', "first" + i);
    }
    receive("1111"); // the ring is not at its beginning when it grows
    told.clear();
    for (int i = 0; i < 100; i++) {
      note('P', i);
    }
    receive("1");
    told.clear();
    for (int i = 0; i < 100; i++) {
      receive("1");
      assertThat(told).hasSize(i + 1).endsWith("done P " + i);
    }
  }

  // ------------------------------------------------------------------ own and spared messages

  @Test
  void theAnswerToAnOwnMessageIsKnownAsSuch() {
    pending.added(Outstanding.OWN_PARSE, "statement");
    send("BES");
    assertThat(pending.isOwnNext()).isTrue();
    receive("1");
    assertThat(told).containsExactly("done p statement");
    assertThat(pending.isOwnNext()).isFalse();
    receive("2C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void anOwnCloseIsToldFromTheClients() {
    send("C");
    pending.added(Outstanding.OWN_CLOSE, "evicted");
    send("CS");
    assertThat(pending.isOwnNext()).isFalse();
    receive("3");
    assertThat(pending.isOwnNext()).isTrue();
    receive("3");
    assertThat(pending.isOwnNext()).isFalse();
    assertThat(told).containsExactly("done k evicted");
  }

  @Test
  void anOwnMessageBehindAnErrorIsSkipped() {
    send("P");
    pending.added(Outstanding.OWN_PARSE, "statement");
    send("S");
    receive("E");
    assertThat(told).containsExactly("skipped p statement");
    assertThat(pending.isOwnNext()).isFalse();
  }

  @Test
  void aSparedMessageIsAnsweredWhenItIsItsTurn() {
    send("P");
    pending.added(Outstanding.SPARED_PARSE, "name");
    pending.added(Outstanding.SPARED_CLOSE, null);
    send("BES");
    assertThat(told).isEmpty();
    receive("1");
    assertThat(told).containsExactly("done f name", "spared f", "spared g");
    receive("2C");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSparedMessageAloneIsAnsweredAtOnceButItsBatchIsOpen() {
    pending.added(Outstanding.SPARED_PARSE, null);
    assertThat(told).containsExactly("spared f");
    assertThat(pending.inBatch()).isTrue();
    assertThat(pending.atBoundary()).isFalse();
    send("S");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSparedMessageBehindASyncWaitsForItsReady() {
    send("PS");
    pending.added(Outstanding.SPARED_CLOSE, null);
    send("S");
    receive("1");
    assertThat(told).isEmpty();
    ready('I');
    assertThat(told).containsExactly("spared g");
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSparedMessageInASkippedBatchIsNotAnswered() {
    send("P");
    pending.added(Outstanding.SPARED_PARSE, "before");
    receive("E");
    pending.added(Outstanding.SPARED_PARSE, "after");
    send("S");
    ready('I');
    assertThat(told).containsExactly("skipped f before", "skipped f after");
    assertThat(pending.atBoundary()).isTrue();
  }

  // ------------------------------------------------------------------ bounds

  @Test
  void aPipelineIsBounded() {
    for (int i = 0; i < WireLimits.MAX_OUTSTANDING; i++) {
      assertThat(pending.full()).isFalse();
      send("S");
    }
    assertThat(pending.full()).isTrue();
    assertThat(pending.owed()).isEqualTo(WireLimits.MAX_OUTSTANDING);
    ready('I');
    assertThat(pending.full()).isFalse();
  }

  @Test
  void answersToNothingChangeNothing() {
    receive("123TnCIsGENSA");
    assertThat(pending.owed()).isZero();
    ready('I');
    assertThat(pending.atBoundary()).isTrue();
    assertThat(told).isEmpty();
  }

  private void send(String tags) {
    tags.chars().forEach(tag -> pending.sent((byte) tag));
  }

  private void note(char tag, Object note) {
    pending.sent((byte) tag, note);
  }

  private void receive(String tags) {
    tags.chars().forEach(tag -> pending.received((byte) tag));
  }

  private void ready(char status) {
    pending.ready((byte) status);
  }
}
