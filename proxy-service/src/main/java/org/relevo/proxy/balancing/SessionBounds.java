package org.relevo.proxy.balancing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.freshness.Mark;
import org.relevo.proxy.freshness.Positions;
import org.relevo.proxy.freshness.SessionToken;
import org.relevo.proxy.freshness.WaitForLsn;
import org.relevo.proxy.freshness.Watermark;
import org.relevo.proxy.routing.ReadConsistency;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.session.Freshness;

/// What the reads of one session must see: its own writes and its token; with `read_consistency =
/// global` also what anybody was told before the read arrived, which is known only of a read that
/// may wait.
///
/// Owner: event loop of the session.
final class SessionBounds implements Freshness {
  private static final long PROVEN = -1;

  private final Balancing balancing;
  private final Watermark watermark;

  /// When the read at the front arrived; [Mark#NONE] while it does not wait.
  private long arrived = Mark.NONE;

  private Positions decided;

  SessionBounds(Balancing balancing) {
    this.balancing = balancing;
    this.watermark = new Watermark(balancing.freshness());
    this.decided = balancing.freshness().positions();
  }

  /// One decision takes all from one object: this one, until the next call.
  Positions decide() {
    Positions now = balancing.freshness().positions();
    decided = now;
    return now;
  }

  private ReadConsistency consistency() {
    return balancing.router().rules().consistency();
  }

  @Override
  public void wrote() {
    watermark.wrote();
  }

  @Override
  public @Nullable Lsn bound() {
    return switch (consistency()) {
      case EVENTUAL -> null;
      case SESSION -> watermark.mustHaveReplayed(decided);
      case GLOBAL -> arrived == Mark.NONE ? Positions.UNSETTLED : wanted().apply(decided);
    };
  }

  /// For any thread.
  private Function<Positions, Lsn> wanted() {
    Watermark.Wanted own = watermark.wanted();
    long anybodys = arrived;
    return anybodys == Mark.NONE
        ? own::bound
        : now -> later(own.nothing() ? Lsn.ZERO : own.bound(now), now.bound(anybodys));
  }

  private static Lsn later(Lsn one, Lsn other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  // ------------------------------------------------------------------ tokens

  @Override
  public Optional<String> adopt(String token) {
    try {
      watermark.adopt(token);
      return Optional.empty();
    } catch (SessionToken.Invalid e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<String> token() {
    return watermark.token(balancing.freshness().positions()).map(SessionToken::text);
  }

  @Override
  public void whenSettled(Duration limit, Executor executor, Runnable done) {
    balancing.freshness().whenSettled(watermark.mark(), limit, executor, _ -> done.run());
  }

  // ------------------------------------------------------------------ reads that wait

  @Override
  public Duration patience() {
    return balancing.patience();
  }

  @Override
  public void readArrives() {
    arrived = Mark.NONE;
  }

  @Override
  public void whenReplayed(Duration limit, boolean there, Executor executor, Runnable done) {
    if (consistency() == ReadConsistency.GLOBAL && arrived == Mark.NONE) {
      arrived = balancing.freshness().mark();
    }
    Function<Positions, Lsn> wanted = wanted();
    Positions seen = decided;
    balancing
        .freshness()
        .when(
            now -> {
              Lsn bound = wanted.apply(now);
              return now != seen
                  && !bound.equals(Positions.UNSETTLED)
                  && (now.replayedByAny(bound) || (there && waiter(now, bound, limit) != null));
            },
            limit,
            executor,
            _ -> done.run());
  }

  @Override
  public @Nullable ServerWait serverWait(Duration limit) {
    Lsn bound = bound();
    return bound == null ? null : waiter(decided, bound, limit);
  }

  /// The standby with the least lag of those that take reads and can wait by themselves.
  private @Nullable ServerWait waiter(Positions now, Lsn bound, Duration limit) {
    ServerWait found = null;
    long least = Long.MAX_VALUE;
    for (Positions.NodePosition node : now.nodes()) {
      RoutingView.Node read = now.view().find(node.id());
      if (read != null
          && read.weight() > 0
          && node.lagBytes() < least
          && !balancing.cannotWait(node.id())) {
        Optional<String> statement = WaitForLsn.statement(node, bound, limit);
        if (statement.isPresent()) {
          found = new ServerWait(node.id(), statement.get());
          least = node.lagBytes();
        }
      }
    }
    return found;
  }

  @Override
  public void cannotWait(BackendId node) {
    balancing.lacksWait(node);
  }

  // ------------------------------------------------------------------ connections

  @Override
  public boolean proves(ServerConnection standby) {
    long known = standby.knownSince();
    if (known == PROVEN) {
      return true;
    }
    if (known == Mark.NONE) {
      known = balancing.freshness().mark();
      standby.knownSince(known);
    }
    if (bound() == null) {
      return true;
    }
    boolean sampled = balancing.freshness().positions().sampledSince(standby.node().id(), known);
    if (sampled) {
      standby.knownSince(PROVEN); // it ends with the run of the server that was sampled
    }
    return sampled;
  }

  @Override
  public void whenProven(
      ServerConnection standby, Duration limit, Executor executor, Runnable done) {
    BackendId node = standby.node().id();
    long known = standby.knownSince();
    balancing
        .freshness()
        .when(now -> now.sampledSince(node, known), limit, executor, _ -> done.run());
  }
}
