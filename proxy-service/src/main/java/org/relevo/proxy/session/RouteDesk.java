package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// Which node a client's messages go to. Looks at what stands at the front of the input, decides
/// once for a query string or a batch, and sees to it that the node knows the transaction before it
/// gets anything.
///
/// ```
/// read (what is it?) -> choose (where?) -> quiet switch -> connection, settings, prelude -> begins
///                           └─> held: answered by the service
/// ```
///
/// Owner: event loop of the session.
final class RouteDesk {
  /// What is to become of the message at the front.
  enum Verdict {
    /// The current lease's server gets it, as soon as [#ready] says so.
    PASS,
    /// More of it must come from the client.
    MORE,
    /// Something else must happen first; the input is looked at again then.
    WAIT,
    /// The service answers it: [#answer], or [#abort].
    HELD
  }

  private final Session session;
  private final Leases leases;
  private final SessionRouter router;
  private final Block block = new Block();
  private final BlockState state;
  private final PlanReader reader;
  private final RouteChoice choice;
  private final HeldAnswers held;
  private final SentTexts texts;
  private final Patience patience;
  private final TokenDesk tokens;
  private final ReplayWait waits;
  private final SecondTry second;
  private @Nullable RoutePlan plan;
  private @Nullable RoutePlan sent;
  private final Underway underway = new Underway();

  RouteDesk(Session session, Leases leases, SessionRouter router) {
    this.session = session;
    this.leases = leases;
    this.router = router;
    this.state = new BlockState(session, leases, block, router);
    this.reader = new PlanReader(session, leases, block, router);
    this.choice = new RouteChoice(leases, block, state, router);
    this.held = new HeldAnswers(session, leases, block, state);
    this.texts = new SentTexts(session, router, leases, block, state, reader);
    this.patience = new Patience(session, leases, leases::unreachable);
    this.tokens = new TokenDesk(session, router.freshness());
    this.second = new SecondTry(session);
    this.waits = new ReplayWait(session, leases, block, router.freshness());
  }

  /// The session begins.
  ///
  /// @return why it cannot
  @Nullable BackendError begin() {
    return tokens.begin().orElse(null);
  }

  SecondTry second() {
    return second;
  }

  Block block() {
    return block;
  }

  Underway underway() {
    return underway;
  }

  /// Where the session's balanced reads go; empty before the first.
  Optional<BackendId> readsOn() {
    return Optional.ofNullable(state.sessionNode());
  }

  /// What is told of the texts on their way to a server.
  SentTexts texts() {
    return texts;
  }

  /// Transaction status that the client has been told, while no server is asked.
  byte status() {
    if (block.failedHere()) {
      return 'E';
    }
    ServerConnection server = leases.current().connection();
    byte there = server == null ? (byte) 'I' : server.outstanding().status();
    if (there != 'I' && !leases.current().block().ending()) {
      return there;
    }
    return (byte) (block.open() ? 'T' : 'I');
  }

  /// A read that waits for a standby does so no longer.
  boolean leavesWait() {
    return waits.leave();
  }

  // ------------------------------------------------------------------ before a message

  /// @param at where it begins; its header is there
  Verdict decide(byte tag, ByteBuf in, int at) {
    ServerConnection server = leases.current().held();
    if (!RoutePlan.of(tag) || (server != null && server.outstanding().inBatch())) {
      return Verdict.PASS;
    }
    RoutePlan now = plan;
    if (now == null) {
      boolean again = second.takeAgain();
      boolean asleep = !router.active() && !block.open();
      boolean token = asleep && tokens.ahead(tag, in, at);
      if (asleep && !token && leases.current() == leases.home()) {
        state.sentUnseen();
        underway.sentUnseen(server == null || server.outstanding().answeredAll());
        sent = null;
        texts.of(null);
        return Verdict.PASS;
      }
      boolean looks = token || !asleep;
      RoutePlan read = looks ? reader.read(in, at) : null;
      if (read == null && looks) {
        return Verdict.MORE;
      }
      now = asleep || read == null ? RoutePlan.blind(tag == Tags.QUERY) : read;
      if (read != null) {
        now.token = tokens.of(read);
      }
      waits.begins();
      now.again = again;
      plan = now;
    }
    return follow(now);
  }

  private Verdict follow(RoutePlan now) {
    Lease current = leases.current();
    boolean quiet = quiet(current);
    if (now.token != null && !state.failed() && !tokens.prepare(now, quiet)) {
      return Verdict.WAIT;
    }
    if (now.target == null) {
      choose(now, quiet);
    }
    Lease target = now.target;
    if (now.held) {
      return Verdict.HELD;
    }
    if (target == null || (!quiet && (target != current || now.begins))) {
      now.target = null; // what is not answered yet may change it
      return Verdict.WAIT;
    }
    if (target != current && !current.block().open() && !current.survey().settled()) {
      return Verdict.WAIT;
    }
    if (now.ends && !now.othersEnded) {
      now.othersEnded = true;
      leases.endBlocksBut(target, _ -> false);
    }
    if (target != leases.home() && leases.home().block().ending()) {
      return Verdict.WAIT; // its locks would be in the client's own way
    }
    leases.switchTo(target);
    return Verdict.PASS;
  }

  private static boolean quiet(Lease lease) {
    ServerConnection server = lease.connection();
    return server == null
        || (lease.held() != null && server.outstanding().answeredAll() && server.betweenMessages());
  }

  private void choose(RoutePlan now, boolean quiet) {
    if (block.failedHere() || now.problem != null) {
      now.held = quiet; // answers come in their order
    } else if (block.open() && leases.current().block().failed()) {
      Lease failed = leases.current();
      if (choice.failed(now) && quiet && failed != leases.home()) {
        // The end takes back everything; what follows it may write.
        leases.endBlocksBut(null, _ -> false);
        block.end();
        choice.make(now, true);
      } else {
        now.target = quiet ? failed : null; // it may have recovered by now
      }
    } else {
      choice.make(now, now.again || texts.pinned());
      if (state.missesSettings() && !block.open() && !leases.current().block().open()) {
        if (!quiet || !leases.current().survey().settled()) {
          now.target = null; // what its names stand for is being asked
          return;
        }
      }
      boolean fresh = now.begins && quiet && !leases.current().block().open();
      if (fresh && !leases.current().survey().settled()) {
        now.target = null; // what it begins with is not known yet: its isolation level, too
        return;
      }
      if (now.late && quiet && waits.holds(now)) {
        now.target = null;
        return;
      }
      now.held = quiet && held.knows(now);
      if (!quiet && held.knows(now)) {
        now.target = null;
      }
    }
  }

  /// Whether the current lease's connection may be given the message at the front: it has the
  /// session's settings and knows the transaction.
  boolean ready(Lease lease, ServerConnection server) {
    if (server.outstanding().inBatch() || !server.outstanding().answeredAll()) {
      return true;
    }
    if (!lease.block().open() && leases.kept() && !lease.survey().adjusted()) {
      return false;
    }
    if (!waits.proven(lease, server)) {
      return false;
    }
    RoutePlan now = plan;
    if (!block.open() || lease.block().told() >= block.told()) {
      return now == null
          || (waits.shown(now, lease, problem -> told(lease, problem.orElse(null)))
              && tokens.told(now, lease, problem -> told(lease, problem.orElse(null))));
    }
    lease.block().tell(block.prelude(), problem -> told(lease, problem.orElse(null)));
    return false;
  }

  private void told(Lease lease, @Nullable BackendError problem) {
    ServerConnection server = lease.connection();
    boolean lost = server == null || !server.isOpen();
    if (problem == null) {
      leases.switched(lease);
      session.served();
    } else if (lease.node() != null) {
      if (lost) {
        lease.lost();
      } else {
        lease.block().end();
      }
      session.leases().unreachable(lease);
    } else if (lost) {
      lease.lost();
      session.fail(problem);
    } else {
      session.dequeued(problem);
    }
  }

  /// The message at the front goes to the current lease's server.
  ///
  /// @param at where it begins in `in`
  void begins(ByteBuf in, int at) {
    RoutePlan now = plan;
    Lease target = leases.current();
    if (now == null) {
      return;
    }
    second.begins(now, target, block.open() || state.looksOpen(), in, at);
    plan = null;
    sent = now;
    ServerConnection server = target.held();
    underway.sent(now, block.wrote(), server == null || server.outstanding().answeredAll());
    texts.of(now);
    state.sent(now.wrote);
    if (now.ends) {
      block.bind(null);
    }
    boolean inBlock = block.open() || state.looksOpen();
    boolean stays = now.opaque || (now.runsSomething && state.staysWhereItIs());
    if (block.bound() == null && stays) {
      block.bind(inBlock ? target : null);
    }
    BackendId node = choice.balanced();
    if (node != null) {
      state.balancedTo(node);
    }
    if (inBlock) {
      block.remembers(now, target);
      if (now.wrote && target == leases.home()) {
        leases.endBlocksBut(target, block::needs);
      }
    }
    if (server != null) {
      session.shard().nodes().sent(server.node().id(), now);
    }
  }

  // ------------------------------------------------------------------ answered here

  /// Whether the batch at the front, all of it, gets the answers of a server.
  boolean answersBatch() {
    return plan != null && held.answersBatch(plan);
  }

  /// The message at `at`, of what is [Verdict#HELD]; it has been taken out of the input.
  void answer(ByteBuf in, int at, int body) {
    RoutePlan now = Objects.requireNonNull(plan, "nothing is held");
    byte tag = in.getByte(at);
    if (tag == Tags.QUERY || tag == Tags.SYNC) {
      plan = null;
    }
    held.answer(now, in, at, body);
  }

  /// The batch at the front fails as a whole.
  void abort() {
    RoutePlan now = plan;
    plan = null;
    held.abort(now == null ? null : now.problem);
  }

  // ------------------------------------------------------------------ afterwards

  /// ReadyForQuery has come from the current lease's server.
  void ready(byte status, boolean quiet) {
    RoutePlan last = sent;
    second.answered();
    state.ready(status == 'I' || (last != null && last.ends), quiet);
    if (status == 'I') {
      if (quiet) {
        block.end();
      }
    } else if (quiet && !block.open()) {
      block.adopt(leases.current(), last == null);
    } else if (quiet && last != null && last.ends && last.query) {
      block.adopt(leases.current(), false); // COMMIT AND CHAIN
    }
  }

  /// The current lease stands in a queue.
  void queued() {
    patience.queued();
  }

  void end() {
    patience.end();
    second.end();
  }

  /// The statement at the front has been answered with an error, by the service.
  void dequeued() {
    plan = null;
    if (block.open()) {
      block.failHere(true);
    }
  }

  /// A connection to another node cannot be had, or is of no use: the primary serves as well.
  void unreachable(Lease lease) {
    if (leases.current() == lease) {
      leases.switchTo(leases.home());
    }
    if (plan != null && plan.target == lease) {
      plan.target = leases.home();
    }
  }

  /// The server of the current lease is gone, perhaps with the end of a transaction.
  void lost(boolean ended) {
    plan = null;
    second.forget();
    state.ready(ended, true);
    texts.failed();
  }

  /// What was sent to this lease comes first again, and what is at the front comes behind it.
  void again(Lease lease) {
    plan = null;
    reader.startsAnew();
    unreachable(lease);
  }
}
