package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.core.BackendId;

/// With the programs that the tests carry, among which there is no `pg_rewind`.
class AgentActionsIT extends AgentActions {
  private static final BackendId NODE1 = new BackendId(1);

  @Override
  void checkHowItWasMade(AgentLab lab) throws Exception {
    assertThat(lab.events).anyMatch(event -> event.contains("agent.cloning"));
    try (Stream<Path> beside = Files.list(lab.server(0).data().resolveSibling("."))) {
      assertThat(beside.map(path -> "" + path.getFileName()))
          .filteredOn(name -> name.startsWith("data"))
          .hasSize(2)
          .anyMatch(name -> name.startsWith("data.relevo-old-"));
    }
  }

  @Test
  void whatWasBrokenOffIsTakenUpByTheNextAgent() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      lab.insert(0, "common");
      lab.awaitRow(1, "common");
      lab.abandon(1, new NodeAction.StopReceiver(1, false), "receiver-told");
      assertThat(lab.act(1, new NodeAction.StopReceiver(1, false))).isEmpty();
      lab.await(1, Condition.RECEIVER_STOPPED);
      lab.insert(0, "lost");

      lab.abandon(1, AgentLab.promote(3, 2), "promised");
      assertThat(lab.act(1, AgentLab.promote(2, 2))).contains("epoch 2 is over");
      lab.abandon(1, AgentLab.promote(3, 2), "promoted");
      assertThat(lab.act(1, AgentLab.promote(3, 2))).isEmpty();
      assertThat(lab.await(1, Condition.PRIMARY).timeline()).isEqualTo(2);
      assertThat(lab.sealed(1)).isTrue();
      lab.insert(1, "new");

      for (String step : List.of("cloning", "cloned", "moved-aside", "pointed")) {
        lab.abandon(0, AgentLab.follow(NODE1, 3), step);
      }
      assertThat(lab.act(0, AgentLab.follow(NODE1, 3))).isEmpty();
      lab.awaitRow(0, "new");
      assertThat(lab.server(0).ask("SHOW port")).isEqualTo("" + lab.server(0).port());
      lab.await(0, Condition.STANDBY);

      lab.server(1).signal("KILL");
      lab.await(1, Condition.STOPPED);
      lab.abandon(1, AgentLab.restart(4), "unsealed");
      lab.await(1, Condition.STOPPED);
      assertThat(lab.sealed(1)).isTrue();
      lab.abandon(1, AgentLab.restart(4), "restarted");
      assertThat(lab.act(1, AgentLab.restart(4))).isEmpty();
      assertThat(lab.await(1, Condition.PRIMARY).timeline()).isEqualTo(2);
      assertThat(lab.sealed(1)).isTrue();
    }
  }
}
