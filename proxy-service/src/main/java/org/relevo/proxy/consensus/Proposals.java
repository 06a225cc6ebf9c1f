package org.relevo.proxy.consensus;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.consensus.ClusterLog.Outcome;

/// Brings commands to whoever leads, again and again until one answers or time is up. All attempts
/// of a command carry one number, so that it is applied once.
///
/// Owner: any thread; attempts are made by the timer's.
final class Proposals implements AutoCloseable {
  private static final int MOST_PENDING = 1000;
  private static final long LOOK_MS = 25;

  private final RatisCalls calls;
  private final Supplier<Optional<RaftPeerId>> leader;
  private final ScheduledExecutorService timer;
  private final Duration limit;
  private final Set<Attempt> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Proposals(
      RatisCalls calls,
      Supplier<Optional<RaftPeerId>> leader,
      ScheduledExecutorService timer,
      Duration limit) {
    this.calls = calls;
    this.leader = leader;
    this.timer = timer;
    this.limit = limit;
  }

  CompletableFuture<Outcome> propose(byte[] command) {
    if (closed) {
      return CompletableFuture.failedFuture(new IOException("the log is closed"));
    } else if (pending.size() >= MOST_PENDING) {
      return CompletableFuture.failedFuture(
          new IOException("more than " + MOST_PENDING + " commands wait for an answer"));
    }
    Attempt attempt = new Attempt(command);
    pending.add(attempt);
    Future<?> end = timer.schedule(attempt::late, limit.toMillis(), TimeUnit.MILLISECONDS);
    attempt.onEnd(() -> {
      pending.remove(attempt);
      end.cancel(false);
    });
    attempt.run();
    return attempt.outcome;
  }

  @Override
  public void close() {
    closed = true;
    pending.forEach(attempt -> attempt.unknown("the log is closed"));
  }

  /// One command until its fate is known.
  private final class Attempt {
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final long callId = RatisCalls.nextCallId();
    private final Set<RaftPeerId> asked = ConcurrentHashMap.newKeySet();
    private final byte[] command;

    Attempt(byte[] command) {
      this.command = command;
    }

    void onEnd(Runnable end) {
      var _ = outcome.whenComplete((_, _) -> end.run());
    }

    /// Asks whoever leads now, unless it is asked already: a connection that only takes long to
    /// come up must not be begun again and again.
    void run() {
      if (outcome.isDone() || closed) {
        return;
      }
      leader.get().filter(asked::add).ifPresent(this::ask);
      var _ = timer.schedule(this::run, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private void ask(RaftPeerId to) {
      var _ =
          calls
              .propose(to, callId, command)
              .whenComplete((reply, failure) -> answered(to, reply, failure));
    }

    private void answered(
        RaftPeerId from, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (reply != null && reply.getException() != null) {
        cause = reply.getException();
      }
      if (cause instanceof StateMachineException) {
        outcome.completeExceptionally(new IOException("the leader refuses the command", cause));
      } else if (reply != null && reply.isSuccess()) {
        String refusal = reply.getMessage().getContent().toStringUtf8();
        outcome.complete(new Outcome(reply.getLogIndex(), refusal));
      } else {
        if (cause != null
            && !(cause instanceof NotLeaderException)
            && !(cause instanceof LeaderNotReadyException)) {
          calls.reconnect(from, cause);
        }
        asked.remove(from); // asked again at the next look, if it still leads
      }
    }

    void late() {
      unknown("no answer of a majority in " + limit.toMillis() + " ms");
    }

    void unknown(String why) {
      outcome.completeExceptionally(new TimeoutException(why));
    }
  }
}
