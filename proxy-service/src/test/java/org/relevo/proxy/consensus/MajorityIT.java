package org.relevo.proxy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.testkit.Await;

/// How many of a number of members are enough.
class MajorityIT {
  @TempDir private Path folder;

  private final List<TestMember> running = new ArrayList<>();

  @AfterEach
  void stop() {
    running.forEach(TestMember::close);
  }

  /// Of an even number a half is not enough: there may be another half.
  @ParameterizedTest
  @CsvSource({"2, 2, true", "2, 2, false", "3, 2, true", "4, 3, false", "5, 3, true"})
  void soManyOfSoMany(int members, int enough, boolean leadersGo) throws Exception {
    List<QuorumMember> all = TestMember.members(members);
    for (QuorumMember each : all) {
      running.add(TestMember.start(folder, each.id().value(), all, null));
    }
    TestMember.awaitLeader(running);
    while (running.size() >= enough) {
      TestMember leader = TestMember.awaitLeader(running);
      assertThat(leader.commit("with " + running.size()).refusal()).isEmpty();
      TestMember next =
          leadersGo
              ? leader
              : running.stream().filter(each -> each != leader).findFirst().orElseThrow();
      next.close();
      running.remove(next);
    }
    assertThat(running).hasSize(enough - 1);
    for (TestMember each : running) {
      assertThatThrownBy(() -> each.commit("with too few"))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
      Await.until(() -> each.id() + " still leads", () -> !each.leads());
    }
  }
}
