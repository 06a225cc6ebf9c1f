package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.NamedCommand;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.Tags;

/// Looks at what stands at the front of a client's input, without taking anything: a query string,
/// or a batch up to its Sync.
///
/// Owner: event loop of the session.
final class PlanReader {
  /// What is looked at of a query string or a batch; more goes to the primary unseen.
  static final int MAX_BYTES = 65_536;

  private static final int MAX_TEXT_BYTES = 32_768;
  private static final int MAX_ITEMS = 256;
  private static final int HEADER_BYTES = 5;
  private static final int MORE = -1;
  private static final int UNSEEN = -2;

  private final Session session;
  private final Leases leases;
  private final Block block;
  private final SessionRouter router;
  private final List<Parsed> parsed = new ArrayList<>(1);
  private int passed;
  private VarSet told = VarSet.EMPTY;
  private String encoding = "";

  /// How much of an incomplete batch has been walked over.
  private int looked;

  PlanReader(Session session, Leases leases, Block block, SessionRouter router) {
    this.session = session;
    this.leases = leases;
    this.block = block;
    this.router = router;
  }

  /// A statement that this batch prepares. Positions are of its name in the input.
  private static final class Parsed {
    final int from;
    final int to;
    final StatementClass facts;
    boolean bound;

    Parsed(int from, int to, StatementClass facts) {
      this.from = from;
      this.to = to;
      this.facts = facts;
    }
  }

  /// @param at where the message begins, whose header is there
  /// @return null when more of it must come first
  @Nullable RoutePlan read(ByteBuf in, int at) {
    byte tag = in.getByte(at);
    if (tag == Tags.QUERY) {
      return query(in, at);
    }
    if (tag == Tags.FUNCTION_CALL) {
      return RoutePlan.blind(true);
    }
    parsed.clear();
    passed = 0;
    return batch(in, at);
  }

  /// What the next Parse message of the batch is that was looked at last; null when that is not
  /// known.
  @Nullable StatementClass nextParsed() {
    return passed < parsed.size() ? parsed.get(passed++).facts : null;
  }

  /// Another message is at the front than the one that was looked at.
  void startsAnew() {
    looked = 0;
  }

  /// A batch passes that was not looked at.
  void forget() {
    passed = parsed.size();
  }

  private @Nullable RoutePlan query(ByteBuf in, int at) {
    int body = in.getInt(at + 1) - Integer.BYTES;
    if (body > MAX_TEXT_BYTES || body == 0) {
      return RoutePlan.blind(true);
    }
    if (in.writerIndex() - at < HEADER_BYTES + body) {
      return null;
    }
    RoutePlan plan = new RoutePlan(true);
    int text = at + HEADER_BYTES;
    StatementClass facts = classify(in, text, body - 1);
    plan.chains = chains(facts, in, text, body - 1);
    plan.items.add(item(facts, true));
    plan.bytes = HEADER_BYTES + body;
    return plan;
  }

  private @Nullable RoutePlan batch(ByteBuf in, int first) {
    int end = end(in, first);
    if (end == MORE) {
      return null;
    }
    looked = 0;
    if (end == UNSEEN) {
      return RoutePlan.blind(false);
    }
    RoutePlan plan = new RoutePlan(false);
    int at = first;
    while (at < end) {
      if (plan.items.size() > MAX_ITEMS || parsed.size() > MAX_ITEMS) {
        return RoutePlan.blind(false);
      }
      int from = at + HEADER_BYTES;
      int next = at + 1 + in.getInt(at + 1);
      switch (in.getByte(at)) {
        case Tags.PARSE -> parse(plan, in, from, next);
        case Tags.BIND -> bind(plan, in, from, next);
        case Tags.EXECUTE -> {
          plan.executes++;
          portal(plan, in, from, next, true);
        }
        case Tags.DESCRIBE, Tags.CLOSE -> describe(plan, in, at, from, next);
        default -> plan.alone = at == first;
      }
      at = next;
    }
    for (Parsed one : parsed) {
      if (!one.bound) {
        plan.items.add(item(one.facts, false));
      }
    }
    plan.bytes = end - first;
    return plan;
  }

  /// Looks for the end of a batch; what has been walked over is not looked at again when more
  /// comes.
  ///
  /// @return behind its Sync, or [#MORE], or [#UNSEEN]
  private int end(ByteBuf in, int first) {
    int at = first + looked;
    while (at - first <= MAX_BYTES) {
      looked = at - first;
      int there = in.writerIndex() - at;
      if (there < HEADER_BYTES) {
        return MORE;
      }
      int length = in.getInt(at + 1);
      if (length < Integer.BYTES || length > MAX_BYTES) {
        return UNSEEN;
      }
      switch (in.getByte(at)) {
        case Tags.SYNC -> {
          return at + 1 + length;
        }
        case Tags.PARSE, Tags.BIND, Tags.EXECUTE, Tags.DESCRIBE, Tags.CLOSE -> {
          if (there <= length) {
            return MORE;
          }
        }
        default -> {
          return UNSEEN; // a pause, or what belongs to no batch
        }
      }
      at += 1 + length;
    }
    return UNSEEN;
  }

  private RoutePlan.Item item(StatementClass facts, boolean runs) {
    return new RoutePlan.Item(resolved(facts), runs, null);
  }

  private void parse(RoutePlan plan, ByteBuf in, int from, int end) {
    int nameEnd = zero(in, from, end);
    int textEnd = nameEnd < 0 ? -1 : zero(in, nameEnd + 1, end);
    if (textEnd < 0) {
      plan.blind = true;
      return;
    }
    plan.plain &= nameEnd == from || statements().get(in, from, nameEnd - from) == null;
    int text = nameEnd + 1;
    StatementClass facts =
        textEnd - text > MAX_TEXT_BYTES
            ? StatementClass.unknown(textEnd - text)
            : facts(in, text, end - text, textEnd - text);
    plan.chains |= chains(facts, in, text, textEnd - text);
    parsed.add(new Parsed(from, nameEnd, facts));
  }

  /// @param length of the query, its terminator and the types
  private StatementClass facts(ByteBuf in, int from, int length, int textLength) {
    VarSet context = leases.vars().parseContext();
    if (context != null) {
      byte[] scratch = session.shard().scratch(length);
      in.getBytes(from, scratch, 0, length);
      SharedStatement known = session.shard().catalog().known(scratch, length, context);
      if (known != null) {
        return facts(known);
      }
    }
    return classify(in, from, textLength);
  }

  private void bind(RoutePlan plan, ByteBuf in, int from, int end) {
    int portalEnd = zero(in, from, end);
    int nameEnd = portalEnd < 0 ? -1 : zero(in, portalEnd + 1, end);
    if (nameEnd < 0) {
      plan.blind = true;
      return;
    }
    if (portalEnd > from) {
      String portal = text(in, from, portalEnd);
      Lease place = block.open() ? block.portal(portal) : null;
      if (place != null) {
        plan.items.add(new RoutePlan.Item(null, false, place)); // it may be there still: an error
      }
      plan.portals.add(portal);
      plan.plain = false;
    }
    StatementClass facts = statement(in, portalEnd + 1, nameEnd);
    if (facts != null) {
      plan.chains |= RouteChoice.ends(facts.first()) && facts.first().to() > 12 && !ofBatch(facts);
      plan.items.add(item(facts, true));
    }
  }

  /// Whether its text was at hand; the length of another tells enough.
  private boolean ofBatch(StatementClass facts) {
    return parsed.stream().anyMatch(one -> one.facts.equals(facts));
  }

  /// What a name stands for at this point of the batch; null when that is unknown, an error.
  private @Nullable StatementClass statement(ByteBuf in, int from, int to) {
    for (int i = parsed.size() - 1; i >= 0; i--) {
      Parsed one = parsed.get(i);
      if (same(in, one.from, one.to, from, to)) {
        one.bound = true;
        return one.facts;
      }
    }
    SharedStatement known =
        from == to ? session.relay().statements().unnamed() : statements().get(in, from, to - from);
    return known == null ? null : facts(known);
  }

  private void portal(RoutePlan plan, ByteBuf in, int from, int end, boolean runs) {
    int nameEnd = zero(in, from, end);
    if (nameEnd < 0) {
      plan.blind = true;
      return;
    }
    String name = text(in, from, nameEnd);
    boolean ofBatch = name.isEmpty() ? !plan.items.isEmpty() : plan.portals.contains(name);
    if (!ofBatch && block.open()) {
      Lease place = name.isEmpty() ? leases.current() : block.portal(name);
      plan.items.add(new RoutePlan.Item(null, runs, place));
      plan.plain = false;
    }
  }

  private void describe(RoutePlan plan, ByteBuf in, int at, int from, int end) {
    if (end == from) {
      plan.blind = true;
    } else if (in.getByte(from) == 'P') {
      portal(plan, in, from + 1, end, false);
    } else if (in.getByte(at) == Tags.DESCRIBE) {
      int nameEnd = zero(in, from + 1, end);
      StatementClass facts = nameEnd < 0 ? null : statement(in, from + 1, nameEnd);
      if (facts != null) {
        plan.items.add(item(facts, false));
      }
      plan.plain = false;
    } else {
      plan.plain = false;
    }
  }

  // ------------------------------------------------------------------ texts

  /// COMMIT AND CHAIN, or something that looks like it.
  private static boolean chains(StatementClass facts, ByteBuf in, int from, int length) {
    if (!facts.single() || !RouteChoice.ends(facts.first())) {
      return false;
    }
    String text = in.toString(from, Math.min(length, 256), StandardCharsets.ISO_8859_1);
    return length > 256 || text.toLowerCase(Locale.ROOT).contains("chain");
  }

  private StatementClass classify(ByteBuf in, int from, int length) {
    byte[] scratch = session.shard().scratch(length);
    in.getBytes(from, scratch, 0, length);
    return router.classify(scratch, length, standardStrings(), encoding());
  }

  /// What a prepared statement is; found once for each content.
  private StatementClass facts(SharedStatement statement) {
    StatementClass known = statement.facts();
    if (known != null) {
      return known;
    }
    StatementClass found =
        switch (statement) {
          case PreparedBySql sql -> classify(sql.command());
          case SqlCommand command
              when command.kind() == NamedCommand.Kind.EXECUTE && command.target() != null ->
              facts(command.target());
          default -> classify(statement.text());
        };
    statement.facts(found);
    return found;
  }

  private StatementClass classify(byte[] text) {
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return length > MAX_TEXT_BYTES
        ? StatementClass.unknown(length)
        : router.classify(text, length, standardStrings(), encoding());
  }

  /// EXECUTE is what was prepared.
  private StatementClass resolved(StatementClass facts) {
    for (SqlStatement statement : facts.statements()) {
      SqlStatement inner = statement.inner();
      boolean executes = statement.kind() == StatementKind.EXECUTE;
      if (executes || (inner != null && inner.kind() == StatementKind.EXECUTE)) {
        SharedStatement target =
            statements().get(statement.name().getBytes(StandardCharsets.UTF_8));
        return executes && facts.single() && target != null
            ? facts(target)
            : StatementClass.unknown(statement.to());
      }
    }
    return facts;
  }

  /// As the client has been told.
  private boolean standardStrings() {
    return session.relay().output().told().standardStrings();
  }

  @SuppressWarnings("ReferenceEquality") // the same most of the time
  private String encoding() {
    VarSet now = session.relay().output().told();
    if (now != told) {
      told = now;
      encoding = now.values().getOrDefault("client_encoding", "");
    }
    return encoding;
  }

  private StatementNames statements() {
    return session.relay().statements().names();
  }

  private static boolean same(ByteBuf in, int from, int to, int otherFrom, int otherTo) {
    if (to - from != otherTo - otherFrom) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (in.getByte(from + i) != in.getByte(otherFrom + i)) {
        return false;
      }
    }
    return true;
  }

  private static String text(ByteBuf in, int from, int to) {
    return from == to ? "" : in.toString(from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static int zero(ByteBuf in, int from, int to) {
    return to > from ? in.indexOf(from, to, (byte) 0) : -1;
  }
}
