package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;

/// How a session that waits behind the gate leaves its server and arrives at another.
///
/// Owner: event loop of the session.
final class SessionMove {
  private static final long SURVEY_LIMIT_MS = 5_000;

  /// What is known of a session that was looked at.
  private record Ticket(Baggage baggage, Credentials credentials) {
    Optional<String> obstacle() {
      if (!baggage.obstacles().isEmpty()) {
        return Optional.of(String.join(", ", baggage.obstacles()));
      }
      return credentials instanceof Credentials.Missing(String reason)
          ? Optional.of(reason)
          : Optional.empty();
    }
  }

  private final Session session;
  private final Deadline limit;
  private boolean released;
  private boolean conversing;
  private boolean serverGone;
  private @Nullable Ticket ticket;
  private @Nullable Arrival arrival;
  private @Nullable CompletableFuture<Boolean> outcome;

  SessionMove(Session session) {
    this.session = session;
    this.limit = new Deadline(session.loop());
  }

  /// Whether this session goes on although the gate is still closed for others.
  boolean released() {
    return released;
  }

  /// Whether the server connection is busy with questions of ours.
  boolean conversing() {
    return conversing;
  }

  void gateCloses() {
    released = false;
    ticket = null;
    serverGone = false;
  }

  /// The gate opens without a move, or after it.
  void gateOpens() {
    if (conversing) {
      return; // its end looks at the gate again
    }
    Ticket known = ticket;
    ticket = null;
    released = false;
    ServerLink link = session.link();
    if (serverGone) {
      goOnElsewhere(known);
    } else if (known != null && link != null) {
      link.endConversation();
    }
  }

  /// The server went away while the session waited, and the operation did not say where to go on.
  private void goOnElsewhere(@Nullable Ticket known) {
    Optional<NodeView> primary = session.hub().views().current().primaryNode();
    if (known == null || primary.isEmpty()) {
      var _ = refuse("its server went away and there is no primary");
      return;
    }
    ticket = known;
    var _ = to(primary.get(), Map.of());
  }

  // ------------------------------------------------------------------ survey

  /// Looks at what the session carries, while its server still answers.
  ///
  /// @return whether it can be moved
  CompletableFuture<Boolean> prepare(Map<String, String> storedPasswords) {
    ServerLink link = session.link();
    if (link == null) {
      return CompletableFuture.completedFuture(true); // nothing to move
    }
    if (!session.relaying() || session.busy() || conversing || !link.isOpen()) {
      return CompletableFuture.completedFuture(false);
    }
    if (session.startup().replication()) {
      return CompletableFuture.completedFuture(false);
    }
    Credentials credentials = credentials(storedPasswords);
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    conversing = true;
    outcome = done;
    link.begin(
        new Survey(
            session.startup().user(),
            baggage -> surveyed(link, new Ticket(baggage, credentials)),
            this::lostInSurvey),
        Survey.MAX_MESSAGE_BYTES);
    limit.start(SURVEY_LIMIT_MS, link::close);
    ByteBuf question = link.channel().alloc().buffer();
    Survey.ask(question);
    var _ = link.channel().writeAndFlush(question);
    return done;
  }

  private void surveyed(ServerLink link, Ticket seen) {
    limit.stop();
    conversing = false;
    ticket = seen;
    link.begin(new QuietServer(session, () -> serverGone = true), ServerLink.loginLimit());
    finish(seen.obstacle().isEmpty());
    if (!session.closedForMe()) {
      gateOpens();
    }
    session.drip();
  }

  private void lostInSurvey() {
    limit.stop();
    conversing = false;
    finish(false);
    session.fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE, "the server closed the connection of this session"));
  }

  private Credentials credentials(Map<String, String> storedPasswords) {
    return Credentials.of(
        session.observer().method(),
        Optional.ofNullable(storedPasswords.get(session.startup().user())));
  }

  // ------------------------------------------------------------------ move

  /// Takes the session to another server, or ends it with the reason why that cannot be.
  CompletableFuture<Boolean> to(NodeView node, Map<String, String> storedPasswords) {
    ServerLink link = session.link();
    if (link == null) {
      return session.loggingIn()
          ? refuse("it had not finished its login")
          : CompletableFuture.completedFuture(true);
    }
    if (link.isOpen() && link.node.id().equals(node.id())) {
      stay(link);
      return CompletableFuture.completedFuture(true);
    }
    if (!session.relaying() || session.busy() || session.startup().replication()) {
      return refuse("it was not at a transaction boundary");
    }
    Ticket known = ticket;
    if (known == null && !session.pending().used()) {
      known = new Ticket(Baggage.NONE, credentials(storedPasswords));
    }
    if (known == null) {
      return prepare(storedPasswords)
          .thenCompose(
              _ -> ticket == null ? refuse("its state is not known") : to(node, storedPasswords));
    }
    Optional<String> obstacle = known.obstacle();
    return obstacle.isPresent() ? refuse(obstacle.get()) : travel(node, known);
  }

  private void stay(ServerLink link) {
    released = true;
    if (ticket != null) {
      ticket = null;
      link.endConversation();
    }
    session.drip();
  }

  private CompletableFuture<Boolean> travel(NodeView node, Ticket known) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    conversing = true;
    outcome = done;
    ServerLink next = new ServerLink(session, node);
    Arrival begun =
        new Arrival(next, known.credentials(), known.baggage(), problem -> arrived(next, problem));
    arrival = begun;
    long limitMs = session.hub().settings().connectTimeout().toMillis();
    limit.start(limitMs, () -> begun.fail("the new server did not answer in time"));
    ChannelFuture connected =
        session
            .hub()
            .connector()
            .connect(
                session.loop(),
                node.host(),
                node.port(),
                session.hub().settings().connectTimeout(),
                next);
    connected.addListener(result -> {
      if (!result.isSuccess()) {
        begun.fail("cannot reach " + next.address() + ": " + result.cause().getMessage());
      } else if (arrival != begun) {
        next.close();
      } else {
        Channel channel = next.channel();
        next.begin(begun, ServerLink.loginLimit());
        var _ =
            channel.writeAndFlush(
                channel.alloc().buffer().writeBytes(session.startup().packet().toBytes()));
      }
    });
    return done;
  }

  private void arrived(ServerLink next, Optional<String> problem) {
    limit.stop();
    Arrival ended = arrival;
    arrival = null;
    conversing = false;
    if (problem.isPresent() || ended == null) {
      next.begin(new Silence(), ServerLink.loginLimit());
      next.close();
      finish(false);
      end(problem.orElse("it ended"));
      return;
    }
    ServerLink old = session.link();
    if (old != null && old.isOpen()) {
      old.begin(new Silence(), ServerLink.loginLimit());
    }
    ticket = null;
    serverGone = false;
    released = true;
    session
        .parameters()
        .replaceBy(ended.parameters())
        .forEach((name, value) -> {
          ByteBuf status = next.channel().alloc().buffer();
          BackendMessages.parameterStatus(status, name, value);
          session.toClient(status);
        });
    next.endConversation();
    finish(true);
    session.adopt(next);
  }

  private CompletableFuture<Boolean> refuse(String reason) {
    end(reason);
    return CompletableFuture.completedFuture(false);
  }

  private void end(String reason) {
    session.fail(
        BackendError.fatal(
            SqlState.ADMIN_SHUTDOWN,
            "terminating connection because the server was changed and this session could not be"
                + " taken along: "
                + reason));
  }

  /// @return whether the client need not know
  boolean serverLost(ServerLink lost) {
    return serverGone && lost == session.link();
  }

  void sessionEnds() {
    limit.stop();
    Arrival running = arrival;
    if (running != null) {
      arrival = null;
      running.fail("the client left");
    }
    finish(false);
  }

  private void finish(boolean result) {
    CompletableFuture<Boolean> waiting = outcome;
    outcome = null;
    if (waiting != null) {
      waiting.complete(result);
    }
  }
}
