package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.agent.SyncNames.Quorum;

class SyncNamesIT {
  private static final String STATES =
      "SELECT string_agg(application_name || ' ' || sync_state, ', ' ORDER BY application_name)"
          + " FROM pg_stat_replication";

  @TempDir Path folder;

  @Test
  void aChangeHasTakenEffectWhenItIsSaid() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 3)) {
      Duration limit = Duration.ofSeconds(20);
      SyncNames names = new SyncNames(lab.settings(0), (level, name, text) -> {});
      assertThat(names.apply(new Quorum(Set.of("pg1", "pg2"), 1), limit)).isEmpty();
      assertThat(lab.server(0).ask(STATES)).isEqualTo("pg1 quorum, pg2 quorum");
      lab.insert(0, "synchronous");

      assertThat(names.apply(new Quorum(Set.of("pg2"), 1), limit)).isEmpty();
      assertThat(lab.server(0).ask(STATES)).isEqualTo("pg1 async, pg2 quorum");

      lab.server(1).stop();
      assertThat(names.apply(new Quorum(Set.of("pg1", "pg2"), 2), Duration.ofSeconds(2)))
          .contains("not 2 of");
      assertThat(names.apply(new Quorum(Set.of(), 0), limit)).isEmpty();
      assertThat(lab.server(0).ask("SHOW synchronous_standby_names")).isEmpty();
      lab.insert(0, "asynchronous");
      assertThat(
              new SyncNames(lab.settings(2), (level, name, text) -> {})
                  .apply(new Quorum(Set.of(), 0), limit))
          .contains("standby");
    }
  }
}
