package org.relevo.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.wire.WireLimits;

class OutstandingTest extends OutstandingFixture {
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
  void whatIsSentBehindABlindSimpleCopyIsNoPartOfIt() {
    send("Qdd");
    assertThat(pending.inBatch()).isFalse();
    send("Sc");
    assertThat(pending.inBatch()).isFalse();
    receive("G");
    assertThat(pending.inBatch()).isFalse();
    send("Qdc");
    assertThat(pending.inBatch()).isFalse();
  }

  @Test
  void whatIsSentBehindABlindExtendedCopyMayBelongToItsBatch() {
    send("PBESdc");
    assertThat(pending.inBatch()).as("its Sync was swallowed if it is a COPY").isTrue();
    send("S");
    assertThat(pending.inBatch()).isFalse();
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
}
