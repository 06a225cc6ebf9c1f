package org.relevo.proxy.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.QueueEntry;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.ServerConnectionState;
import org.relevo.jmx.contract.StatementCacheInfo;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementNode;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.wire.BackendError;

/// A service of two nodes with a few clients; what is done to it is kept.
public final class FakeSource implements ConsoleSource {
  static final long START_MS = 1_700_000_000_123L;

  public final List<String> acts = Collections.synchronizedList(new ArrayList<>());

  /// What PAUSE waits for.
  volatile CompletableFuture<Void> paused = CompletableFuture.completedFuture(null);

  /// What pictures wait for.
  volatile CompletableFuture<Void> loops = CompletableFuture.completedFuture(null);

  volatile int clients = 3;

  @Override
  public CompletionStage<Picture> picture(Set<Picture.Part> parts) {
    return loops.thenApply(_ ->
        new Picture(
            START_MS + 60_000,
            parts.contains(Picture.Part.CLIENTS) ? clientList() : List.of(),
            parts.contains(Picture.Part.SERVERS) ? servers() : List.of(),
            parts.contains(Picture.Part.POOLS) ? pools() : List.of(),
            parts.contains(Picture.Part.QUEUE)
                ? List.of(new QueueEntry(1, 1500, 3, "10.0.0.3", 50_003, "shop", "app"))
                : List.of()));
  }

  private List<ClientInfo> clientList() {
    List<ClientInfo> list = new ArrayList<>();
    for (int i = 1; i <= clients; i++) {
      ClientState state =
          switch (i) {
            case 1 -> ClientState.ACTIVE;
            case 3 -> ClientState.WAITING;
            default -> ClientState.IDLE;
          };
      list.add(
          new ClientInfo(
              i,
              i == 2 ? "report" : "app",
              "shop",
              state,
              "none",
              "10.0.0." + (i % 250),
              50_000 + i % 10_000,
              "10.0.0.254",
              9999,
              START_MS,
              i == 2 ? -1 : START_MS + 1000,
              state == ClientState.WAITING ? 1500 : 0,
              i == 1 ? 7 : 0,
              i == 2 ? "TLSv1.3/TLS_AES_256_GCM_SHA384" : "",
              "größer \"app\"",
              i));
    }
    return list;
  }

  private static List<ServerConnectionInfo> servers() {
    return List.of(
        server(7, 0, ServerConnectionState.ACTIVE, 1, 4711),
        server(8, 1, ServerConnectionState.IDLE, 0, -1));
  }

  private static ServerConnectionInfo server(
      long id, int node, ServerConnectionState state, long client, int processId) {
    return new ServerConnectionInfo(
        id,
        node,
        "app",
        "shop",
        state,
        "none",
        "10.0.1." + node,
        5432,
        "10.0.0.254",
        40_000,
        START_MS,
        START_MS + 5000,
        node == 1,
        client,
        processId,
        "",
        "app",
        12,
        99);
  }

  private static List<PoolStatus> pools() {
    return List.of(pool(0, 2, 1), pool(1, 1, 0));
  }

  private static PoolStatus pool(int node, int active, int waiting) {
    return new PoolStatus(
        node,
        "shop",
        "app",
        "transaction",
        20,
        1,
        active,
        waiting,
        active,
        3,
        1,
        2,
        waiting * 1500L,
        1000,
        10,
        2500,
        900,
        1,
        30,
        2,
        4,
        5);
  }

  @Override
  public ServiceFacts service() {
    return new ServiceFacts("1.2.3", "18.0 (Relevo 1.2.3)", START_MS, !paused.isDone(), 50);
  }

  @Override
  public List<NodeState> nodes() {
    return List.of(
        new NodeState(
            node(0, NodeView.Role.PRIMARY, NodeView.Status.UP, 0),
            true,
            1.0,
            0,
            "",
            "",
            Optional.of(
                new NodeState.Health(10, 9, 1, 0, 2, 2, 16, 2, 3.5, START_MS, START_MS, -1, -1)),
            Optional.of(new NodeState.Statements(5, 4, 3, 2, 1, 6, 0, 1, 2))),
        new NodeState(
            node(1, NodeView.Role.STANDBY, NodeView.Status.QUARANTINED, -1),
            false,
            0.5,
            4096,
            "streaming",
            "async",
            Optional.empty(),
            Optional.empty()));
  }

  private static NodeView node(int id, NodeView.Role role, NodeView.Status status, long lagMs) {
    return new NodeView(
        new BackendId(id),
        "node" + id,
        "10.0.1." + id,
        5432,
        role,
        status,
        "as it is",
        1,
        Optional.of(new Lsn(1)),
        Optional.of(new Lsn(1)),
        lagMs,
        "18.0",
        "1",
        START_MS,
        START_MS);
  }

  @Override
  public List<DatabaseState> databases() {
    return List.of(
        new DatabaseState("shop", 20, 1, 0, Duration.ofHours(1), "transaction", 0, false, true));
  }

  @Override
  public List<DatabaseStats> stats() {
    return List.of(
        new DatabaseStats(
            "shop",
            new StatTotals(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            new StatTotals(21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)));
  }

  @Override
  public StatementCacheInfo statementCache() {
    return new StatementCacheInfo(3, 5, 4, 50, 8, 200, 150, 2);
  }

  @Override
  public List<StatementInfo> statements(int most) {
    return List.of(
        new StatementInfo(
            "00000000000000ff",
            "shop",
            "app",
            "select ? from \"größe\"",
            7,
            1,
            12,
            3.5,
            0.5,
            0.4,
            0.9,
            1.0,
            1.1,
            List.of(new StatementNode(0, 3, 1.5), new StatementNode(1, 4, 2.0))));
  }

  @Override
  public List<SettingState> settings() {
    return List.of(
        new SettingState("", "port", "9999", "9999", "", false, "Port for clients."),
        new SettingState("", "backend_hostname0", "10.0.1.0", "", "f:1", false, "Host name."),
        new SettingState("", "health_check_password", "****", "", "f:2", true, "Secret."));
  }

  @Override
  public CompletionStage<Void> act(Act act, String who) {
    acts.add(who + " " + act.tag() + " " + act.target());
    return switch (act) {
      case Act.Pause _ -> paused;
      case Act.KillClient(long id) when id > clients -> {
        BackendError error = BackendError.of("ERROR", "42704", "no client " + id);
        yield CompletableFuture.failedFuture(new ConsoleException(error));
      }
      case Act.Reload _ -> CompletableFuture.failedFuture(new IllegalStateException("a defect"));
      default -> CompletableFuture.completedFuture(null);
    };
  }
}
