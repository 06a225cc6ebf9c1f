package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.core.BackendId;

/// With an installed PostgreSQL 15, whose programs have `pg_rewind` and `pg_waldump`.
class AgentActions15IT extends AgentActions {
  private static final String CHOICE = "relevo.test.pg.bindir";
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql/15/bin");
  private static final BackendId NODE1 = new BackendId(1);
  private static String before = "";

  @BeforeAll
  static void choose() {
    assumeTrue(Files.isExecutable(INSTALLED.resolve("pg_rewind")), "no PostgreSQL 15 here");
    before = System.getProperty(CHOICE, "");
    System.setProperty(CHOICE, INSTALLED.toString());
  }

  @AfterAll
  static void putBack() {
    System.setProperty(CHOICE, before);
  }

  @Override
  void checkHowItWasMade(AgentLab lab) throws Exception {
    assertThat(lab.events).anyMatch(event -> event.contains("agent.rewound"));
    assertThat(lab.events).noneMatch(event -> event.contains("agent.cloning"));
    try (var kept = Files.walk(lab.state(0).resolve("diverged"))) {
      Path records = kept.filter(path -> path.endsWith("records.txt")).findFirst().orElseThrow();
      assertThat(Files.readString(records)).contains("INSERT", "COMMIT");
    }
  }

  /// A rewind that was broken off leaves a directory that never starts; it is cloned.
  @Test
  void aBrokenRewindIsCloned() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      var fork = diverge(lab);
      assertThat(fork).isNotNull();
      lab.server(0).signal("KILL");
      lab.await(0, Condition.STOPPED);
      lab.abandon(0, AgentLab.follow(NODE1, 3), "rewinding");
      assertThat(lab.await(0, Condition.REBUILDING).reason()).contains("must follow again");
      assertThat(lab.act(0, AgentLab.promote(3, 2))).contains("made anew");
      assertThat(lab.act(0, AgentLab.follow(NODE1, 3))).isEmpty();
      lab.awaitRow(0, "new");
      assertThat(lab.events).anyMatch(event -> event.contains("agent.cloning"));
      assertThat(lab.server(0).ask("SHOW port")).isEqualTo("" + lab.server(0).port());
    }
  }
}
