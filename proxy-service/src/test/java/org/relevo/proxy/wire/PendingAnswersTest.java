package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {
  private final PendingAnswers pending = new PendingAnswers();

  @BeforeEach
  void loggedIn() {
    assertThat(pending.atBoundary()).isFalse();
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aQueryOwesOneAnswer() {
    send("Q");
    assertThat(pending.atBoundary()).isFalse();
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aTransactionIsNoBoundary() {
    send("Q");
    pending.ready((byte) 'T');
    assertThat(pending.atBoundary()).isFalse();
    assertThat(pending.owed()).isZero();
    send("Q");
    receive("E");
    pending.ready((byte) 'E');
    assertThat(pending.atBoundary()).isFalse();
    send("Q");
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void extendedMessagesWithoutSyncAreNoBoundary() {
    send("PBDEH");
    assertThat(pending.atBoundary()).isFalse();
    assertThat(pending.inBatch()).isTrue();
    assertThat(pending.owed()).isZero();
    send("S");
    assertThat(pending.inBatch()).isFalse();
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void pipelinedBatchesAreCountedOneByOne() {
    send("PBESPBESPBESQF");
    assertThat(pending.owed()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(pending.atBoundary()).isFalse();
      pending.ready((byte) 'I');
    }
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void anErrorInABatchSkipsUpToItsSync() {
    send("PBE");
    receive("E");
    assertThat(pending.atBoundary()).isFalse();
    send("PBEQ"); // all skipped by the server, also the Query
    assertThat(pending.owed()).isZero();
    send("S");
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void anErrorInAPipelineSkipsOnlyItsOwnBatch() {
    send("PBEQSPBES");
    receive("E"); // in the first batch; its Query is skipped with it
    assertThat(pending.owed()).isEqualTo(2);
    pending.ready((byte) 'I');
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSyncInsideCopyInIsSwallowed() {
    send("PBES"); // the Sync arrives while the server is in COPY IN
    receive("G");
    assertThat(pending.owed()).isZero();
    assertThat(pending.atBoundary()).isFalse();
    send("ddSdHc");
    assertThat(pending.atBoundary()).isFalse();
    send("S");
    assertThat(pending.owed()).isEqualTo(1);
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void copyDataSentBlindlyIsAccountedWhenTheCopyBegins() {
    send("PBESddcS");
    assertThat(pending.owed()).isEqualTo(2);
    receive("G");
    assertThat(pending.owed()).isEqualTo(1);
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aFailedCopyNeedsItsSync() {
    send("PBES");
    receive("G");
    send("dd");
    receive("E");
    assertThat(pending.atBoundary()).isFalse();
    send("dfS");
    assertThat(pending.owed()).isEqualTo(1);
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSimpleCopyOwesTheAnswerOfItsQuery() {
    send("Q");
    receive("G");
    send("ddS");
    assertThat(pending.owed()).isEqualTo(1);
    send("c");
    pending.ready((byte) 'I');
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aSimpleCopyThatFailsLeavesNothing() {
    send("Q");
    receive("G");
    send("dd");
    receive("E");
    pending.ready((byte) 'I');
    send("dc"); // ignored by the server: it has left the COPY
    assertThat(pending.atBoundary()).isTrue();
  }

  @Test
  void aPipelineIsBounded() {
    for (int i = 0; i < WireLimits.MAX_OUTSTANDING; i++) {
      assertThat(pending.full()).isFalse();
      send("S");
    }
    assertThat(pending.full()).isTrue();
    assertThat(pending.owed()).isEqualTo(WireLimits.MAX_OUTSTANDING);
    pending.ready((byte) 'I');
    assertThat(pending.full()).isFalse();
  }

  private void send(String tags) {
    tags.chars().forEach(tag -> pending.sent((byte) tag));
  }

  private void receive(String tags) {
    tags.chars().forEach(tag -> pending.received((byte) tag));
  }
}
