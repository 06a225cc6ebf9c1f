package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;

/// Which nodes take part. A node that has missed a commit, or may have, is detached: it is named in
/// a file that is on disk before the client hears of the commit, and stays out until somebody has
/// made it equal again and says so.
///
/// Owner: thread-safe; changes are made one at a time.
public final class ReplicaSet {
  /// What of it decides for the cluster's picture: why each detached node is detached.
  private final Consumer<Map<BackendId, String>> publisher;

  /// Told of event names and their pairs.
  final BiConsumer<String, String> events;

  private final Path file;
  private final WriterGate writers = new WriterGate();
  private final CommitGate commits = new CommitGate();
  private final ConcurrentMap<String, AtomicLong> definitions = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, ReentrantLock> sequences = new ConcurrentHashMap<>();
  private volatile Map<BackendId, String> detached;

  /// Whether the file does not say yet who is detached.
  private volatile boolean unwritten;

  private volatile ReplicaSettings settings;
  private final AtomicLong version = new AtomicLong();

  /// @param file that names the detached nodes
  /// @param publisher told of every change, and of the beginning
  /// @param events told of event names and their pairs
  /// @throws IOException when the file cannot be read: who is detached must be known
  public ReplicaSet(
      Path file,
      ReplicaSettings settings,
      Consumer<Map<BackendId, String>> publisher,
      BiConsumer<String, String> events)
      throws IOException {
    this.file = file;
    this.settings = settings;
    this.publisher = publisher;
    this.events = events;
    this.detached = read(file);
    publisher.accept(detached);
    detached.forEach((node, reason) ->
        events.accept(
            "replication.still-detached", "node=%s reason=\"%s\"".formatted(node, reason)));
  }

  private static Map<BackendId, String> read(Path file) throws IOException {
    Map<BackendId, String> found = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int blank = line.indexOf(' ');
        if (blank > 0) {
          try {
            found.put(
                new BackendId(Integer.parseInt(line, 0, blank, 10)), line.substring(blank + 1));
          } catch (IllegalArgumentException e) {
            throw new IOException(file + " has a line that names no node: " + line, e);
          }
        }
      }
    }
    return Map.copyOf(found);
  }

  public void apply(ReplicaSettings next) {
    settings = next;
  }

  ReplicaSettings settings() {
    return settings;
  }

  WriterGate writers() {
    return writers;
  }

  CommitGate commits() {
    return commits;
  }

  /// Changes whenever a node comes or goes.
  long version() {
    return version.get();
  }

  /// Counts changes of definitions of a database.
  AtomicLong definitions(String database) {
    return definitions.computeIfAbsent(database, _ -> new AtomicLong());
  }

  /// Held while the other nodes' sequence is set to what the main node's is.
  ReentrantLock sequence(String database, String name) {
    return sequences.computeIfAbsent(database + " " + name, _ -> new ReentrantLock());
  }

  /// Why nodes are detached.
  public Map<BackendId, String> detached() {
    return detached;
  }

  /// Nodes that take part, the main node first.
  public List<NodeView> attached(ClusterView view) {
    Map<BackendId, String> out = detached;
    List<NodeView> in = new ArrayList<>();
    for (NodeView node : view.nodes()) {
      if (!out.containsKey(node.id())) {
        in.add(node);
      }
    }
    in.sort(java.util.Comparator.comparing(NodeView::id));
    return in;
  }

  /// Takes a node out, on disk before this returns.
  ///
  /// @return false when it is the last one, which stays
  /// @throws IOException when that cannot be written: then nothing may be acknowledged. The node is
  ///   out all the same, as long as this process lives
  public synchronized boolean detach(BackendId node, String reason, ClusterView view)
      throws IOException {
    if (detached.containsKey(node)) {
      ensureWritten();
      return true;
    }
    if (attached(view).size() < 2) {
      events.accept("replication.last-node", "node=%s reason=\"%s\"".formatted(node, reason));
      return false;
    }
    Map<BackendId, String> next = new TreeMap<>(detached);
    next.put(node, reason.replace('\n', ' '));
    unwritten = true;
    publish(next);
    events.accept("replication.detached", "node=%s reason=\"%s\"".formatted(node, reason));
    ensureWritten();
    return true;
  }

  /// Takes a node in again that has been made equal to the others.
  ///
  /// @throws IOException when that cannot be written
  public synchronized void attach(BackendId node) throws IOException {
    if (!detached.containsKey(node)) {
      return;
    }
    Map<BackendId, String> next = new TreeMap<>(detached);
    next.remove(node);
    write(next);
    unwritten = false;
    publish(next);
    events.accept("replication.attached", "node=" + node);
  }

  /// New transactions that write wait from now on; waits for the end of those that are open.
  ///
  /// @return false when they have not ended in time; then nothing waits any more
  public boolean holdWrites(Duration limit) throws InterruptedException {
    return writers.enterAlone(false, limit) == WriterGate.Entry.IN;
  }

  /// Transactions that write now.
  public int writing() {
    return writers.writers();
  }

  /// Ends a successful [#holdWrites].
  public void releaseWrites() {
    writers.leaveAlone();
  }

  /// Nothing may be acknowledged before the file says who is detached: after a start only the file
  /// counts.
  ///
  /// @throws IOException when it still cannot be written
  void ensureWritten() throws IOException {
    if (!unwritten) {
      return;
    }
    synchronized (this) {
      if (unwritten) {
        try {
          write(detached);
        } catch (IOException e) {
          events.accept(
              "replication.unwritten", "file=\"%s\" reason=\"%s\"".formatted(file, e.toString()));
          throw e;
        }
        unwritten = false;
      }
    }
  }

  private void publish(Map<BackendId, String> next) {
    detached = Map.copyOf(next);
    long _ = version.incrementAndGet();
    publisher.accept(detached);
  }

  private void write(Map<BackendId, String> next) throws IOException {
    StringBuilder text = new StringBuilder();
    next.forEach(
        (node, reason) -> text.append(node.value()).append(' ').append(reason).append('\n'));
    Path partial = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(partial, text);
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
