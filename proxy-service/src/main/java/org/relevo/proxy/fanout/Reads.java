package org.relevo.proxy.fanout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;

/// Where a session reads outside of transactions, and what it has seen there.
///
/// Owner: the session's thread.
final class Reads {
  private static final Duration COMMITS_LIMIT = Duration.ofSeconds(10);

  private final Links links;
  private final ReplicaSet replicas;
  private @Nullable BackendId reader;
  private long readUpTo;

  Reads(Links links, ReplicaSet replicas) {
    this.links = links;
    this.replicas = replicas;
  }

  /// The node that answers reads.
  NodeLink reader() {
    ReplicaSettings now = replicas.settings();
    if (!now.balanced()) {
      return links.main();
    }
    BackendId chosen = reader;
    NodeLink known = chosen == null || now.perStatement() ? null : links.of(chosen);
    if (known == null) {
      known = choose(now);
      reader = known.node();
    }
    return known;
  }

  private NodeLink choose(ReplicaSettings now) {
    List<NodeLink> all = links.all();
    double sum = 0;
    for (NodeLink link : all) {
      sum += now.weights().getOrDefault(link.node(), 1.0);
    }
    double place = ThreadLocalRandom.current().nextDouble() * sum;
    for (NodeLink link : all) {
      place -= now.weights().getOrDefault(link.node(), 1.0);
      if (place < 0) {
        return link;
      }
    }
    return links.main();
  }

  /// Something was read on another node than the main node.
  void readBehind() throws InterruptedException {
    readUpTo = replicas.commits().now();
    if (replicas.settings().snapshots()) {
      boolean _ = passCommits();
    }
  }

  /// Waits until the main node shows all that was read elsewhere.
  ///
  /// @return false when it does not come to that
  boolean passCommits() throws InterruptedException {
    long mark = readUpTo;
    readUpTo = 0;
    return mark == 0 || replicas.commits().await(mark, COMMITS_LIMIT);
  }
}
