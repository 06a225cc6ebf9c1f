package org.relevo.proxy.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.health.NodeQuery;

class TrainingTest {
  @Test
  void theServerLooksLikeAPrimaryToTheProbe() throws Exception {
    try (AnsweringServer server = new AnsweringServer(0);
        Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres", "postgres", "")) {
      // Often enough for the driver to prepare it on the server.
      for (int i = 0; i < 10; i++) {
        Answered answer = NodeQuery.ask(connection);
        assertThat(answer.role()).isEqualTo(NodeView.Role.PRIMARY);
      }
    }
  }

  @Test
  void allKindsOfClientsAreAnswered() throws Exception {
    try (AnsweringServer server = new AnsweringServer(0)) {
      TrafficClients clients = new TrafficClients(server.port(), 4);
      assertThat(clients.answered(System.nanoTime() + TimeUnit.SECONDS.toNanos(30))).isTrue();
      long answered = clients.run(System.nanoTime() + TimeUnit.SECONDS.toNanos(3));
      assertThat(answered).isGreaterThan(100);
    }
  }
}
