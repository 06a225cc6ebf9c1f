package org.relevo.proxy.auth.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;

/// Roles are read from a real server while another one is frozen.
class AuthQueryIT {
  private static final String QUERY =
      "SELECT rolname, rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1";
  private static final Duration LIMIT = Duration.ofSeconds(4);

  @TempDir Path folder;

  /// Such a server takes connections as long as its machine does, and says nothing.
  @Test
  void aFrozenPrimaryIsGivenUpWhenAnotherIsThere() throws Exception {
    try (RealServer server = RealServer.start(folder.resolve("pg"));
        ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      FixedViews views = new FixedViews(frozen.getLocalPort(), server.port());
      List<NodeSettings> nodes = List.of(node(0, frozen.getLocalPort()), node(1, server.port()));
      try (AuthQuery query = new AuthQuery(views, nodes, QUERY)) {
        CompletableFuture<StoredRole> role = query.role("postgres").toCompletableFuture();
        try (Socket _ = frozen.accept()) {
          views.primary(1);
          StoredRole found = role.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
          assertThat(found).isNotEqualTo(StoredRole.UNKNOWN);
        }
        // And the next question finds its way as ever.
        StoredRole nobody =
            query
                .role("nobody at all")
                .toCompletableFuture()
                .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(nobody).isEqualTo(StoredRole.UNKNOWN);
      }
    }
  }

  private static NodeSettings node(int id, int port) {
    return new NodeSettings(
        new BackendId(id),
        "node" + id,
        "127.0.0.1",
        port,
        Optional.empty(),
        Optional.empty(),
        "postgres",
        "postgres",
        () -> RealServer.PASSWORD);
  }
}
