package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.pool.ConnectionOpener;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.wire.BackendError;

/// A session's connections, one for each attached node, the main node's first. A node that cannot
/// be reached is detached, so that the others go on.
///
/// Owner: the session's thread; [#allNow] is for any.
final class Links {
  /// A server that starts again after a crash says so for a moment; a dead one says nothing.
  private static final int TRIES = 4;

  private static final long PAUSE_MS = 100;
  private static final long STARTING_MS = 3_000;

  private final ClientDoor door;
  private final ReplicaSet replicas;
  private final CommitJournal journal;
  private final Map<String, String> parameters;
  private final TreeMap<BackendId, NodeLink> links = new TreeMap<>();
  private final Map<String, byte[]> settings = new LinkedHashMap<>();
  private Map<String, String> reported = Map.of();
  private long version = -1;
  private volatile List<NodeLink> all = List.of();

  Links(
      ClientDoor door, ReplicaSet replicas, CommitJournal journal, Map<String, String> parameters) {
    this.door = door;
    this.replicas = replicas;
    this.journal = journal;
    this.parameters = parameters;
  }

  /// A node has refused the login, in its words.
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient BackendError error;

    RefusedException(BackendError error) {
      super(error.message());
      this.error = error;
    }

    BackendError error() {
      return error;
    }
  }

  String database() {
    return door.database();
  }

  ClusterView view() {
    return door.views().current();
  }

  NodeLink main() {
    return links.firstEntry().getValue();
  }

  /// All but the main node's.
  List<NodeLink> others() {
    List<NodeLink> behind = new ArrayList<>(links.values());
    behind.removeFirst();
    return behind;
  }

  List<NodeLink> all() {
    return List.copyOf(links.values());
  }

  /// As it was last; for threads of others.
  List<NodeLink> allNow() {
    return all;
  }

  @Nullable NodeLink of(BackendId node) {
    return links.get(node);
  }

  int size() {
    return links.size();
  }

  /// What the main node has reported at login.
  Map<String, String> reported() {
    return reported;
  }

  /// A setting that a connection opened later has to be given.
  void remember(String name, byte[] text) {
    if (settings.size() < FanoutLimits.MAX_SETTINGS) {
      settings.remove(name);
      settings.put(name, text);
    }
  }

  void forgetSettings() {
    settings.clear();
  }

  /// Whether connections and attached nodes go together.
  boolean upToDate() {
    return version == replicas.version() && links.values().stream().allMatch(NodeLink::isOpen);
  }

  /// Opens and closes connections until they do. Outside of transactions only.
  ///
  /// @throws RefusedException when a node refuses the login
  /// @throws IOException when no node is left
  void refresh() throws IOException, InterruptedException {
    while (!upToDate()) {
      long now = replicas.version();
      List<NodeView> attached = replicas.attached(door.views().current());
      links.values().removeIf(link -> gone(link, attached));
      for (NodeView node : attached) {
        if (!links.containsKey(node.id())) {
          connect(node);
        }
      }
      all = List.copyOf(links.values());
      if (links.isEmpty()) {
        throw new IOException("no node takes part");
      }
      version = now;
    }
  }

  /// Nodes that were attached since take part too. Also inside of a transaction, before it writes.
  ///
  /// @throws IOException when one of them cannot
  void join() throws IOException, InterruptedException {
    long now = replicas.version();
    if (version == now) {
      return;
    }
    List<NodeView> attached = replicas.attached(door.views().current());
    for (NodeView node : attached) {
      if (!links.containsKey(node.id())) {
        connect(node);
      }
    }
    all = List.copyOf(links.values());
    if (links.keySet().stream()
        .allMatch(id -> attached.stream().anyMatch(node -> node.id().equals(id)))) {
      version = now;
    }
  }

  private static boolean gone(NodeLink link, List<NodeView> attached) {
    boolean in = attached.stream().anyMatch(node -> node.id().equals(link.node()));
    if (!in || !link.isOpen()) {
      link.abort();
      return true;
    }
    return false;
  }

  /// The connection is of no use any more.
  void drop(NodeLink link) {
    link.abort();
    links.remove(link.node());
    all = List.copyOf(links.values());
    version = -1;
  }

  private void connect(NodeView node) throws IOException, InterruptedException {
    Opened opened = tryOpen(node);
    ServerConnection connection = opened.connection();
    if (connection == null) {
      replicas.detach(node.id(), "cannot be reached: " + opened.why(), door.views().current());
      if (!replicas.detached().containsKey(node.id())) {
        throw new IOException("no node can be reached: " + opened.why());
      }
      return;
    }
    try {
      journal.ready(node.id(), door.database());
    } catch (IOException | InterruptedException e) {
      door.loop().execute(() -> connection.close("the journal of commits cannot be used"));
      throw e;
    }
    NodeLink link = new NodeLink(connection);
    CompletableFuture<Map<String, String>> handed = new CompletableFuture<>();
    door.loop()
        .execute(() -> {
          connection.handOver(link);
          handed.complete(connection.reported().values());
        });
    Map<String, String> said = await(handed);
    if (links.isEmpty() || node.id().compareTo(links.firstKey()) < 0) {
      reported = said;
    }
    links.put(node.id(), link);
    for (byte[] text : settings.values()) {
      link.out().query(text);
      link.asksReady();
      link.send();
      Answer answer = link.read(_ -> {});
      BackendError error = answer.error();
      if (error != null) {
        throw new IOException(node.id() + " refuses a setting: " + error.message());
      }
    }
  }

  private record Opened(@Nullable ServerConnection connection, String why) {}

  /// @return without connection when nobody answers
  private Opened tryOpen(NodeView node) throws IOException, InterruptedException {
    String why = "";
    long startingUntil = System.nanoTime() + STARTING_MS * 1_000_000;
    for (int attempt = 0; attempt < TRIES; ) {
      CompletableFuture<Object> result = new CompletableFuture<>();
      PoolKey key = new PoolKey(node.id(), door.database(), door.user());
      door.loop()
          .execute(() ->
              door.opener()
                  .open(
                      key,
                      parameters,
                      door.loop(),
                      new ConnectionOpener.Result<>() {
                        @Override
                        public void opened(ServerConnection connection) {
                          result.complete(connection);
                        }

                        @Override
                        public void failed(BackendError error) {
                          result.complete(error);
                        }
                      }));
      switch (await(result)) {
        case ServerConnection connection -> {
          return new Opened(connection, "");
        }
        case BackendError error -> {
          why = error.message();
          boolean starting = error.sqlState().equals("57P03") && System.nanoTime() < startingUntil;
          boolean lost = error.sqlState().startsWith("08") || error.sqlState().startsWith("57P");
          if (!lost) {
            throw new RefusedException(error);
          }
          attempt += starting ? 0 : 1;
        }
        case null, default -> throw new IllegalStateException("neither opened nor failed");
      }
      Thread.sleep(PAUSE_MS); // the server may be starting again
    }
    return new Opened(null, why);
  }

  /// Whether a node whose connection was lost is lost itself; if so it is detached.
  ///
  /// @return false when it answers, or is the last one
  boolean dead(BackendId node, String why) throws IOException, InterruptedException {
    for (NodeView each : replicas.attached(door.views().current())) {
      if (each.id().equals(node)) {
        Opened again;
        try {
          again =
              each.status() == NodeView.Status.DOWN
                  ? new Opened(null, each.reason())
                  : tryOpen(each);
        } catch (RefusedException _) {
          return false; // it answers
        }
        ServerConnection connection = again.connection();
        if (connection != null) {
          door.loop().execute(() -> connection.close("was a look whether the node answers"));
          return false;
        }
        return replicas.detach(node, why + "; " + again.why(), door.views().current());
      }
    }
    return true;
  }

  private static <T> T await(CompletableFuture<T> result) throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  void close() {
    links.values().forEach(NodeLink::close);
    links.clear();
    all = List.of();
  }
}
