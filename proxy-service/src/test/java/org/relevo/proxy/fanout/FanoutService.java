package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

/// A proxy that keeps servers equal, with what a service gives it.
final class FanoutService implements AutoCloseable {
  private final FixedViews views;
  private final ProxyServer proxy;
  private final FanoutClients clients;
  private final ReplicaSet replicas;
  private final CommitJournal journal;
  private final List<String> events = new CopyOnWriteArrayList<>();

  /// @param file that names detached servers
  FanoutService(
      List<Integer> ports,
      Path file,
      ReplicaSettings settings,
      CommitSafety safety,
      CommitSteps steps)
      throws IOException {
    views = new FixedViews(ports.stream().mapToInt(Integer::intValue).toArray());
    Duration wait = Duration.ofSeconds(10);
    replicas =
        new ReplicaSet(file, settings, _ -> {}, (name, pairs) -> events.add(name + " " + pairs));
    journal =
        new CommitJournal(
                replicas,
                views,
                (node, database) ->
                    DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:%d/%s"
                            .formatted(
                                ports.get(node.value()),
                                database.isEmpty() ? "postgres" : database),
                        "postgres",
                        RealServer.PASSWORD),
                safety,
                steps)
            .start();
    proxy =
        ProxyServer.start(
            TestAccess.settings(0, 2, new SessionSettings(100, wait, wait, wait, false)),
            views,
            TestAccess.of(ports.getFirst()));
    clients = new FanoutClients(replicas, journal);
    proxy.serveBy(clients);
  }

  List<String> events() {
    return events;
  }

  FanoutClients clients() {
    return clients;
  }

  ReplicaSet replicas() {
    return replicas;
  }

  ClusterView view() {
    return views.current();
  }

  CommitJournal journal() {
    return journal;
  }

  int port() {
    return proxy.address().getPort();
  }

  @Override
  public void close() {
    clients.close();
    proxy.close();
  }
}
