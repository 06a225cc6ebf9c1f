package org.relevo.proxy.member;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.AgentSettings;
import org.relevo.proxy.agent.Guard;
import org.relevo.proxy.agent.Guarding;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.agent.NodeAgent;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.core.BackendId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The servers that this member starts, stops and promotes, each with its agent and, from before it
/// becomes a primary until it is reported to be none, a guard.
///
/// Owner: the member; guards belong to one thread of their own, which may wait for a pipe.
public final class OwnServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnServers.class);

  private final Map<BackendId, AgentSettings> settings = new TreeMap<>();
  private final Map<BackendId, NodeAgent> agents = new TreeMap<>();
  private final Map<BackendId, Guard> guards = new TreeMap<>();
  private final Journal journal;
  private final Duration grace;
  private final ExecutorService guarding =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("guards").daemon().factory());

  /// How many actions are under way that make a primary.
  private final Map<BackendId, Integer> rising = new ConcurrentHashMap<>();

  /// Those whose guards wait, on the thread of the guards.
  private final Set<BackendId> kept = new TreeSet<>();

  /// Primaries that run without a guard as long as nobody can know of them, on the same thread.
  private final Set<BackendId> unguarded = new TreeSet<>();

  private volatile boolean enlisted;
  private long deadlineNs = System.nanoTime();
  private @Nullable BiConsumer<BackendId, NodeReport> listener;

  /// @param enlisted whether this member may have told of its servers in an earlier life: then
  ///   their guards begin with the first look at them, else with [#enlist]
  /// @param grace how long a primary goes on when this service is gone
  /// @throws IOException when a state directory cannot be used
  public OwnServers(
      Iterable<AgentSettings> servers, boolean enlisted, Duration grace, Journal journal)
      throws IOException {
    this.journal = journal;
    this.grace = grace;
    this.enlisted = enlisted;
    for (AgentSettings server : servers) {
      BackendId id = server.node().id();
      settings.put(id, server);
      NodeAgent agent = new NodeAgent(server, new Beside(id), journal, report -> told(id, report));
      agents.put(id, agent);
      if (agent.kept()) {
        kept.add(id);
      }
    }
  }

  void start(BiConsumer<BackendId, NodeReport> sink) {
    synchronized (this) {
      listener = sink;
    }
    agents.values().forEach(NodeAgent::start);
  }

  /// @return "" once it is done, else why it was not
  CompletionStage<String> act(BackendId node, NodeAction action) {
    NodeAgent agent = agents.get(node);
    if (agent == null) {
      return CompletableFuture.completedFuture(node + " is not a server of this member");
    }
    boolean rises = action instanceof NodeAction.Promote || action instanceof NodeAction.Restart;
    if (!rises) {
      return agent.act(action);
    }
    // Its guard stays whatever is reported; after the end of the action a report says what is.
    rising.merge(node, 1, Integer::sum);
    return agent
        .act(action)
        .whenComplete(
            (_, _) -> rising.computeIfPresent(node, (_, now) -> now > 1 ? now - 1 : null));
  }

  private void told(BackendId node, NodeReport report) {
    BiConsumer<BackendId, NodeReport> sink;
    synchronized (this) {
      sink = listener;
    }
    boolean rises = rising.containsKey(node);
    guarding.execute(() -> guard(node, report.condition(), rises));
    if (sink != null) {
      sink.accept(node, report);
    }
  }

  /// @param rises whether an action was under way that makes a primary
  private void guard(BackendId node, Condition condition, boolean rises) {
    try {
      switch (condition) {
        case PRIMARY -> {
          if (!enlisted) {
            unguarded.add(node);
          } else if (!guards.containsKey(node)) {
            Guard guard = begin(node);
            if (kept.contains(node)) {
              guard.idle();
            }
          }
        }
        case STANDBY, RECEIVER_STOPPED, STOPPED, DIVERGED -> {
          unguarded.remove(node);
          Guard guard = rises ? null : guards.remove(node);
          if (guard != null) {
            guard.end();
          }
        }
        case UNKNOWN, REBUILDING, BROKEN -> {
          // It may be a primary that does not answer.
        }
      }
    } catch (IOException e) {
      LOG.error("agent.guard-failed node={} reason=\"{}\"", node, e.getMessage());
    }
  }

  /// The others are about to hear of this member's servers. Before that nobody can have promoted
  /// another in the place of a primary of theirs, so that it need not be stopped when a quorum is
  /// long in coming, such as at the first start of one service after the other.
  void enlist() {
    if (!enlisted) {
      enlisted = true;
      guarding.execute(() -> {
        List.copyOf(unguarded).forEach(node -> guard(node, Condition.PRIMARY, false));
        unguarded.clear();
      });
    }
  }

  /// The guard of a server, which is started when there is none.
  private Guard begin(BackendId node) throws IOException {
    Guard guard = guards.get(node);
    if (guard == null) {
      AgentSettings server = settings.get(node);
      if (server == null) {
        throw new IOException(node + " is not a server of this member");
      }
      guard = Guard.start(server.node().dataDirectory().orElseThrow(), grace, journal);
      guards.put(node, guard);
    }
    return guard;
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
  }

  /// Primaries may run until then.
  void feed(long untilNs) {
    guarding.execute(() -> {
      deadlineNs = untilNs;
      guards.forEach(this::feed);
    });
  }

  /// Lets a primary run on beyond the deadline, also while this service is replaced, or no longer.
  ///
  /// @return whether it still may
  CompletionStage<Boolean> keep(BackendId node, boolean on) {
    return CompletableFuture.supplyAsync(() -> keepNow(node, on), guarding);
  }

  private boolean keepNow(BackendId node, boolean on) {
    NodeAgent agent = agents.get(node);
    if (agent == null) {
      return false;
    }
    try {
      if (on) {
        agent.kept(true);
        kept.add(node);
      } else {
        kept.remove(node);
      }
      Guard guard = guards.get(node);
      if (guard != null) {
        say(node, guard);
      }
      if (!on) {
        agent.kept(false);
      }
      journal.record(LogLevel.INFO, "agent.kept", "node=%s on=%s".formatted(node, on));
      return on;
    } catch (IOException e) {
      kept.add(node);
      LOG.error("agent.guard-failed node={} reason=\"{}\"", node, e.getMessage());
      return true;
    }
  }

  private void say(BackendId node, Guard guard) throws IOException {
    if (kept.contains(node)) {
      guard.idle();
    } else {
      guard.feed(left());
    }
  }

  private void feed(BackendId node, Guard guard) {
    try {
      say(node, guard);
    } catch (IOException e) {
      LOG.error("agent.guard-failed node={} reason=\"{}\"", node, e.getMessage());
    }
  }

  /// What a server's agent asks before it makes a primary of it.
  private final class Beside implements Guarding {
    private final BackendId node;

    Beside(BackendId node) {
      this.node = node;
    }

    @Override
    public void begin() throws IOException {
      ask(() -> {
        if (left().isZero()) {
          throw new IOException("the lease of this member is over");
        }
        Guard guard = OwnServers.this.begin(node);
        guard.feed(left());
        guard.check();
      });
    }

    @Override
    public void check() throws IOException {
      ask(() -> OwnServers.this.begin(node).check());
    }

    @Override
    public void unseal() throws IOException {
      ask(() -> OwnServers.this.begin(node).unseal());
    }

    /// Waits without regard to interrupts: an answer must not come to whoever went on.
    private void ask(Question question) throws IOException {
      Future<?> answer =
          guarding.submit(() -> {
            question.put();
            return question;
          });
      boolean interrupted = false;
      try {
        while (true) {
          try {
            answer.get();
            return;
          } catch (InterruptedException _) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw new IOException(cause.getMessage(), cause);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /// What the thread of the guards is asked.
  private interface Question {
    void put() throws IOException;
  }

  /// Servers go on as they are; their guards give the next service its grace.
  @Override
  public void close() {
    agents.values().forEach(NodeAgent::close);
    guarding.execute(() -> guards.values().forEach(OwnServers::letGo));
    guarding.shutdown();
  }

  private static void letGo(Guard guard) {
    try {
      guard.close();
    } catch (IOException e) {
      LOG.error("agent.guard-failed reason=\"{}\"", e.getMessage());
    }
  }
}
