package org.relevo.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Notes, and messages that the service adds or spares.
class OutstandingNotesTest extends OutstandingFixture {
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
}
