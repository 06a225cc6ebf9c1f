package org.relevo.jmx.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.SessionInfo;

class BlockingTreeTest {
  @Test
  void nobodyWaits() {
    assertThat(BlockingTree.of(List.of(session(1), session(2)), Map.of())).isEmpty();
  }

  @Test
  void chainsAndCrowdsHangBelowTheirHolder() {
    assertThat(tree(session(1), session(2, 1), session(3, 2), session(4, 1), session(9)))
        .isEqualTo("1 .2 ..3 .4");
  }

  @Test
  void whoWaitsForTwoStandsUnderBothAndItsWaitersOnce() {
    assertThat(tree(session(1), session(2), session(3, 1, 2), session(4, 3)))
        .isEqualTo("1 .3 ..4 2 .3");
  }

  @Test
  void aCircleIsShownOnce() {
    assertThat(tree(session(5, 6), session(6, 5), session(7, 6))).isEqualTo("5 .6 ..5 ..7");
  }

  @Test
  void aPreparedTransactionBlocksAsNumberZero() {
    assertThat(tree(session(3, 0))).isEqualTo("0 .3");
  }

  @Test
  void aCrowdIsCut() {
    SessionInfo[] all =
        IntStream.rangeClosed(1, 5000)
            .mapToObj(i -> i == 1 ? session(1) : session(i, 1))
            .toArray(SessionInfo[]::new);
    assertThat(BlockingTree.of(Arrays.asList(all), Map.of())).hasSize(BlockingTree.MAX_ROWS);
  }

  private static String tree(SessionInfo... all) {
    return BlockingTree.of(Arrays.asList(all), Map.of()).stream()
        .map(row -> ".".repeat(row.depth()) + row.pid())
        .collect(Collectors.joining(" "));
  }

  private static SessionInfo session(int pid, Integer... blockedBy) {
    return new SessionInfo(
        pid,
        "",
        "",
        "",
        "",
        "",
        -1,
        "active",
        "",
        0,
        0,
        0,
        0,
        "",
        Arrays.asList(blockedBy),
        -1,
        -1,
        -1,
        -1,
        -1);
  }
}
