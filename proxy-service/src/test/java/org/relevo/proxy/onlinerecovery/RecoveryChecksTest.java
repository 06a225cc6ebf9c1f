package org.relevo.proxy.onlinerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;

class RecoveryChecksTest {
  private static final BackendId TARGET = new BackendId(1);
  private static final BackendId SOURCE = new BackendId(0);
  private static final long GB = 1L << 30;
  private static final SourceFacts WELL = new SourceFacts(18, "71", false, GB, "replica", 8, 8);
  private static final TargetFacts SAME = new TargetFacts(true, 18, "71", false, 2 * GB, 18);
  private static final TargetFacts EMPTY = new TargetFacts(false, 0, "", false, 2 * GB, 18);

  private static String problem(SourceFacts from, TargetFacts to) {
    return RecoveryChecks.problem(TARGET, "/data", SOURCE, false, from, to).orElse("");
  }

  @Test
  void ownDataOrNoneAtAllMayBeRenewed() {
    assertThat(problem(WELL, SAME)).isEmpty();
    assertThat(problem(WELL, EMPTY)).isEmpty();
    assertThat(problem(WELL, new TargetFacts(true, 18, "71", true, 2 * GB, 18))).isEmpty();
  }

  @Test
  void theSourceAndWhatIsInUseAreNeverRenewed() {
    assertThat(RecoveryChecks.problem(SOURCE, "/data", SOURCE, false, WELL, SAME))
        .hasValueSatisfying(text -> assertThat(text).contains("the others are recovered from"));
    assertThat(RecoveryChecks.problem(TARGET, "/data", SOURCE, true, WELL, SAME))
        .hasValueSatisfying(text -> assertThat(text).contains("node detach 1"));
  }

  @Test
  void foreignDataIsLeftAsItIs() {
    assertThat(problem(WELL, new TargetFacts(true, 18, "72", false, 2 * GB, 18)))
        .contains("system 72", "left as it is");
    assertThat(problem(WELL, new TargetFacts(true, 18, "", false, 2 * GB, 18)))
        .contains("system unknown", "left as it is");
    assertThat(problem(WELL, new TargetFacts(true, 17, "71", false, 2 * GB, 18)))
        .contains("of PostgreSQL 17", "left as it is");
    assertThat(problem(WELL, new TargetFacts(true, 0, "", false, 2 * GB, 18)))
        .contains("no data directory", "left as it is");
  }

  @Test
  void programsRoomAndTheSourcesSettingsMustDo() {
    assertThat(problem(WELL, new TargetFacts(true, 18, "71", false, 2 * GB, 17)))
        .contains("programs for node1 are of PostgreSQL 17");
    assertThat(problem(WELL, new TargetFacts(true, 18, "71", false, 2 * GB, 0)))
        .contains("set pg_bindir");
    assertThat(problem(WELL, new TargetFacts(true, 18, "71", false, GB, 18)))
        .contains("no room for a copy beside /data: 1024 MB are free", "none was deleted");
    assertThat(problem(new SourceFacts(18, "71", true, GB, "replica", 8, 8), SAME))
        .contains("itself a standby");
    assertThat(problem(new SourceFacts(18, "71", false, GB, "minimal", 8, 8), SAME))
        .contains("wal_level");
    assertThat(problem(new SourceFacts(18, "71", false, GB, "replica", 1, 8), SAME))
        .contains("1 free max_wal_senders");
    assertThat(problem(new SourceFacts(18, "71", false, GB, "replica", 8, 0), SAME))
        .contains("0 free max_replication_slots");
  }
}
