package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.pgctl.PgCtl;

/// An operation is given up after the old server was stopped.
@Timeout(120)
class SessionReturnIT extends TwoServers {
  @AfterEach
  void startAgain() throws IOException {
    first.start();
  }

  @Test
  void aSessionWhoseServerWasStoppedAndStartedGoesOnThere() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "app", "app")) {
      Proxies.run(connection, "SET statement_timeout = '55s'");
      hold("op");
      assertThat(gate.prepareMove("op").toCompletableFuture().get(20, TimeUnit.SECONDS)).isZero();
      first.stop(PgCtl.StopMode.FAST);
      first.start();
      gate.release("op");
      assertThat(Proxies.one(connection, "SHOW statement_timeout")).isEqualTo("55s");
      assertThat(Proxies.one(connection, WHERE)).isEqualTo(port(first));
    }
  }

  @Test
  void aSessionThatNobodyLookedAtEndsWithItsServer() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "app", "app")) {
      hold("op");
      first.stop(PgCtl.StopMode.FAST);
      gate.release("op");
      assertThatThrownBy(() -> Proxies.one(connection, "SELECT 1"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    }
  }

  @Test
  void aSessionWithoutAnyPrimaryIsToldSo() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "app", "app")) {
      hold("op");
      gate.prepareMove("op").toCompletableFuture().get(20, TimeUnit.SECONDS);
      first.stop(PgCtl.StopMode.FAST);
      views.noPrimary("all are down");
      gate.release("op");
      assertThatThrownBy(() -> Proxies.one(connection, "SELECT 1"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("57P01");
                assertThat(e.getMessage()).contains("there is no primary");
              });
    }
  }
}
