package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.sql.StatementScan;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;
import org.relevo.proxy.wire.WireLimits;

/// What a client sends, on its way to a server. Bodies pass unread in retained slices; of the
/// messages that say something about the session as much is waited for as is needed to read it.
///
/// What may not pass yet stays in one buffer; when that grows, the client is not read any more.
///
/// Owner: event loop of the session; [#release] drops what is held.
final class ClientInput {
  private static final int HEADER_BYTES = 5;

  private final Relay relay;
  private final boolean tracked;
  private final @Nullable RouteDesk routes;
  private final PgpoolDesk pgpool;
  private final ServerWriter out = new ServerWriter();
  private @Nullable ByteBuf held;
  private int at;
  private int from;
  private int remaining;
  private boolean dropping;
  private boolean blocked;
  private boolean terminated;
  private boolean used;

  /// Whether messages are left out up to the next Sync.
  private boolean refused;

  /// Whether the query string at the front is waited for as a whole.
  private boolean wholeQuery;

  ClientInput(Relay relay, boolean tracked) {
    this.relay = relay;
    this.tracked = tracked;
    this.routes = relay.session().routes();
    this.pgpool = new PgpoolDesk(relay);
  }

  ServerWriter out() {
    return out;
  }

  /// Takes the buffer over.
  void add(ByteBuf in) {
    held = HeldBytes.joined(relay.client().alloc(), held, in);
  }

  /// What was sent comes first again. Takes the buffer over.
  void putBack(ByteBuf sent) {
    held = held == null ? sent : HeldBytes.joined(relay.client().alloc(), sent, held);
  }

  /// Whether something waits to be passed on.
  boolean holding() {
    return held != null;
  }

  /// Whether so much waits that no more is to be read.
  boolean holdingMuch() {
    return HeldBytes.much(held);
  }

  PgpoolDesk pgpool() {
    return pgpool;
  }

  /// Whether what is held waits for a server connection, the gate or an answer, not for the client.
  boolean blocked() {
    return held != null && blocked;
  }

  boolean terminated() {
    return terminated;
  }

  /// Whether a message has gone to a server.
  boolean used() {
    return used;
  }

  boolean atMessageStart() {
    return remaining == 0;
  }

  /// Leaves out the statement that waits at the front, which has been answered with an error: up to
  /// its Sync where it is in the extended protocol.
  void leaveOutWaiting() {
    ByteBuf in = held;
    if (in == null || remaining > 0 || in.readableBytes() < HEADER_BYTES) {
      return;
    }
    byte tag = in.getByte(in.readerIndex());
    if (tag == Tags.QUERY || tag == Tags.FUNCTION_CALL) {
      from = at = in.readerIndex();
      leaveOut(in, in.getInt(at + 1) - Integer.BYTES);
      finish(in);
      relay.answeredHere();
    } else {
      refused = true;
    }
  }

  /// The server that it passed to is gone; its batch that was open has been answered.
  void abandon(boolean open) {
    dropping = remaining > 0;
    refused |= open;
  }

  /// Passes on as much as may pass now.
  ///
  /// @throws WireException when the client does not speak the protocol
  void drip() {
    ByteBuf in = held;
    if (in == null || relay.session().closed()) {
      return;
    }
    at = in.readerIndex();
    from = at;
    blocked = false;
    boolean more = true;
    while (more && at < in.writerIndex() && !terminated) {
      more = remaining > 0 ? body(in) : message(in);
    }
    finish(in);
  }

  private boolean body(ByteBuf in) {
    if (!dropping && relay.server() == null) {
      blocked = true;
      return false;
    }
    int step = Math.min(remaining, in.writerIndex() - at);
    at += step;
    remaining -= step;
    if (dropping) {
      from = at;
      dropping = remaining > 0;
    }
    return true;
  }

  private boolean message(ByteBuf in) {
    int readable = in.writerIndex() - at;
    if (pgpool.busy()) {
      blocked = true;
      return false;
    }
    if (readable < HEADER_BYTES) {
      return false;
    }
    byte tag = in.getByte(at);
    int length = in.getInt(at + 1);
    if (length < Integer.BYTES || length > WireLimits.MAX_MESSAGE_BYTES) {
      throw new WireException("message 0x%02x with impossible length %d".formatted(tag, length));
    }
    int body = length - Integer.BYTES;
    int text = at + HEADER_BYTES;
    int there = Math.min(body, readable - HEADER_BYTES);
    int looked = pgpool.needs(tag, in, text, text + there, body);
    if (there < Math.max(looked - 1, tracked ? InputNeeds.of(tag, body, wholeQuery) : 0)) {
      return false;
    }
    if (tag == Tags.TERMINATE) {
      terminated = true;
      return false;
    }
    if (refused) {
      leaveOut(in, body);
      if (tag == Tags.SYNC) {
        refused = false;
        relay.answeredHere();
      }
      return true;
    }
    PgpoolDesk.Verdict answer =
        looked > 0 ? pgpool.verdict(tag, in, text, body) : PgpoolDesk.Verdict.SERVERS;
    if (answer != PgpoolDesk.Verdict.SERVERS) {
      return answerHere(answer, in, tag, body);
    }
    if (routes != null) {
      RouteDesk.Verdict verdict = routes.decide(tag, in, at);
      if (verdict == RouteDesk.Verdict.HELD) {
        held(routes, in, tag, body);
        return true;
      }
      if (verdict != RouteDesk.Verdict.PASS) {
        blocked = verdict == RouteDesk.Verdict.WAIT;
        return false;
      }
    }
    ServerConnection server = relay.serverFor(tag);
    if (server == null || (tracked && GateRule.mustSettle(server, tag))) {
      blocked = true;
      return false;
    }
    used = true;
    if (routes != null) {
      routes.begins(in, at);
    }
    out.begin(server.channel());
    if (tag == Tags.QUERY && server.outstanding().batchOpen()) {
      server.spoil(); // PostgreSQL 18 fails at whatever comes after this batch
    }
    if (tracked) {
      return tracked(server, in, tag, body, there);
    }
    server.outstanding().sent(tag);
    passFrom(body);
    return true;
  }

  /// Answers what stands at the front without a server.
  private void held(RouteDesk desk, ByteBuf in, byte tag, int body) {
    if (tag == Tags.QUERY) {
      desk.answer(in, leaveOut(in, body), body);
    } else if (desk.answersBatch()) {
      byte next;
      do {
        next = in.getByte(at);
        int length = in.getInt(at + 1) - Integer.BYTES;
        desk.answer(in, leaveOut(in, length), length);
      } while (next != Tags.SYNC);
    } else {
      desk.abort();
      refused = true;
    }
  }

  private boolean answerHere(PgpoolDesk.Verdict how, ByteBuf in, byte tag, int body) {
    blocked = how == PgpoolDesk.Verdict.WAIT || how == PgpoolDesk.Verdict.FLUSH;
    passed(in);
    pgpool.follow(how, tag, in, blocked ? at : leaveOut(in, body), HEADER_BYTES + body);
    return !blocked;
  }

  /// @return false when more of the message is needed
  private boolean tracked(ServerConnection server, ByteBuf in, byte tag, int body, int available) {
    if (server.outstanding().skipping() && tag != Tags.SYNC) {
      leaveOut(in, body);
      return true;
    }
    switch (tag) {
      case Tags.QUERY -> {
        return query(server, in, body, available);
      }
      case Tags.PARSE -> {
        int start = leaveOut(in, body);
        relay.statements().parse(server, in, start, body);
      }
      case Tags.BIND -> {
        int start = at;
        passed(in);
        at = start + HEADER_BYTES + available;
        from = at;
        remaining = body - available;
        dropping = !relay.statements().bind(server, in, start, body, available) && remaining > 0;
      }
      case Tags.DESCRIBE, Tags.CLOSE -> {
        if (body > 0 && in.getByte(at + HEADER_BYTES) == 'S') {
          int start = leaveOut(in, body);
          if (tag == Tags.CLOSE) {
            relay.statements().close(server, in, start, body);
          } else {
            relay.statements().describe(server, in, start, body);
          }
        } else {
          server.outstanding().sent(tag);
          passFrom(body);
        }
      }
      case Tags.EXECUTE -> {
        server.outstanding().sent(tag, relay.statements().execute(server));
        passFrom(body);
      }
      default -> {
        server.outstanding().sent(tag);
        passFrom(body);
        if (tag == Tags.FLUSH) {
          relay.client().flush(); // answers that no server gives
        }
      }
    }
    return true;
  }

  private boolean query(ServerConnection server, ByteBuf in, int body, int available) {
    int length = Math.min(available, InputNeeds.SCANNED_BYTES);
    byte[] text = relay.shard().scratch(length);
    in.getBytes(at + HEADER_BYTES, text, 0, length);
    Leases leases = relay.leases();
    int traits = relay.shard().catalog().scan().scan(text, length, leases.standardStrings());
    if (body > length) {
      traits |= StatementScan.CUT;
    }
    Optional<Refusal> refusal = leases.refusal(traits);
    if (refusal.isPresent()) {
      leaveOut(in, body);
      refuse(server, refusal.get());
      return true;
    }
    if (routes != null) {
      routes.texts().passes(text, length, traits);
    }
    boolean names = (traits & StatementScan.SQL_PREPARED) != 0;
    if (names && body > available && body <= InputNeeds.MAX_KEPT_PARSE_BYTES) {
      wholeQuery = true;
      return false;
    }
    leases.vars().passes(text, length, traits);
    relay.statements().queried(server, traits);
    if (names) {
      named(server, in, body);
      return true;
    }
    server.outstanding().sent(Tags.QUERY, relay.queryNote(text, length, traits));
    passFrom(body);
    return true;
  }

  /// A query string with commands on prepared statements' names.
  private void named(ServerConnection server, ByteBuf in, int body) {
    wholeQuery = false;
    int start = leaveOut(in, body);
    Optional<Refusal> refusal =
        dropping
            ? Optional.of(Refusal.of("54000", "a string with PREPARE or EXECUTE is too long"))
            : relay.statements().sql().query(server, in, start + HEADER_BYTES, body);
    refusal.ifPresent(why -> refuse(server, why));
  }

  private void refuse(ServerConnection server, Refusal refusal) {
    out.query(Refusal.UNREADABLE.getBytes(StandardCharsets.US_ASCII));
    server.outstanding().sent(Tags.QUERY, refusal);
  }

  /// The message goes on as it is, as far as it is there.
  private void passFrom(int body) {
    at += HEADER_BYTES;
    remaining = body;
  }

  /// Passes on what comes before the message, and leaves the message itself out, all of it.
  ///
  /// @return where it begins
  private int leaveOut(ByteBuf in, int body) {
    int start = at;
    passed(in);
    int there = Math.min(body, in.writerIndex() - at - HEADER_BYTES);
    at += HEADER_BYTES + there;
    remaining = body - there;
    dropping = remaining > 0;
    from = at;
    return start;
  }

  private void passed(ByteBuf in) {
    if (at > from) {
      out.pass(in, from, at - from);
      from = at;
    }
  }

  private void finish(ByteBuf in) {
    ServerConnection server = relay.server();
    if (at > from && server != null) {
      out.begin(server.channel());
    }
    boolean all = at == in.writerIndex();
    if (all && from == in.readerIndex() && at > from) {
      held = null;
      out.passAll(in);
    } else {
      passed(in);
      in.readerIndex(at);
      if (all || terminated) {
        held = null;
        in.release();
      } else {
        held = HeldBytes.kept(relay.client().alloc(), in);
      }
    }
    out.end();
  }

  void release() {
    pgpool.end();
    HeldBytes.release(held);
    held = null;
  }
}
