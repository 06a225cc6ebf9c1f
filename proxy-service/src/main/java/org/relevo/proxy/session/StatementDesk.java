package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.StatementScan;
import org.relevo.proxy.wire.Tags;

/// Prepared statements of one client whose server connection changes: names are the client's own,
/// on servers each content has one name, and it is prepared there when it is first needed.
///
/// Owner: event loop of the session.
final class StatementDesk {
  private static final byte[] UNNAMED = {};
  private static final int HEADER_BYTES = 5;
  private static final int ON_NAMES = StatementScan.SQL_PREPARED | StatementScan.DEALLOCATES_ALL;

  private final Leases leases;
  private final @Nullable RouteDesk routes;
  private final LoopShard shard;
  private final StatementCatalog catalog;
  private final ServerWriter out;
  private final StatementNames names = new StatementNames();
  private final SqlStatements sql;
  private final DatabaseTraffic traffic;
  private @Nullable SharedStatement unnamed;
  private boolean unnamedShared;

  /// Whether a BEGIN may be unanswered.
  private boolean beginning;

  StatementDesk(Leases leases, LoopShard shard, DatabaseTraffic traffic, ServerWriter out) {
    this.leases = leases;
    this.routes = leases.session().routes();
    this.shard = shard;
    this.catalog = shard.catalog();
    this.traffic = traffic;
    this.out = out;
    this.sql = new SqlStatements(leases, catalog, names, traffic, out, () -> new Forgetting(this));
  }

  StatementNames names() {
    return names;
  }

  SqlStatements sql() {
    return sql;
  }

  @Nullable SharedStatement unnamed() {
    return unnamed;
  }

  /// A whole Parse message that no server gets, because its text is known to be right. A server
  /// that is to run it later is given it then.
  void parseHeld(ByteBuf in, int at) {
    int nameFrom = at + HEADER_BYTES;
    int end = at + 1 + in.getInt(at + 1);
    int nameEnd = zero(in, nameFrom, end);
    int length = end - nameEnd - 1;
    byte[] body = new byte[length];
    in.getBytes(nameEnd + 1, body);
    int textLength = zero(in, nameEnd + 1, end) - nameEnd - 1;
    VarSet context = leases.vars().parseContext();
    boolean strings = leases.standardStrings();
    SharedStatement statement =
        context != null
            ? catalog.of(body, length, textLength, context, strings)
            : catalog.alone(body, length, textLength, VarSet.EMPTY, strings);
    if (nameEnd == nameFrom) {
      unnamed = statement;
      unnamedShared = false;
    } else {
      names.put(bytes(in, nameFrom, nameEnd), statement);
    }
  }

  /// A whole Parse message at `at`. Nothing of it is passed on unless this does it.
  void parse(ServerConnection server, ByteBuf in, int at, int bodyBytes) {
    LoopCounters.add(traffic.clientParses, 1);
    int nameFrom = at + HEADER_BYTES;
    int end = nameFrom + bodyBytes;
    int nameEnd = zero(in, nameFrom, end);
    int textEnd = nameEnd < 0 ? -1 : zero(in, nameEnd + 1, end);
    if (textEnd < 0) {
      refuse(server, Refusal.of("08P01", "invalid Parse message"));
      return;
    }
    int length = end - nameEnd - 1;
    int textLength = textEnd - nameEnd - 1;
    byte[] scratch = shard.scratch(length);
    in.getBytes(nameEnd + 1, scratch, 0, length);
    shard.schemaIs(leases.vars().schema().version());
    VarSet context = leases.vars().parseContext();
    boolean shared = context != null;
    SharedStatement statement =
        context != null
            ? catalog.of(scratch, length, textLength, context, leases.standardStrings())
            : catalog.alone(scratch, length, textLength, VarSet.EMPTY, leases.standardStrings());
    if (routes != null) {
      routes.texts().parses(statement);
    }
    Optional<Refusal> refusal = leases.refusal(statement.traits());
    if (refusal.isPresent()) {
      refuse(server, refusal.get());
    } else if ((statement.traits() & StatementScan.SQL_PREPARED) != 0) {
      switch (sql.parse(server, scratch, length, textLength, statement)) {
        case Refusal refused -> refuse(server, refused);
        case SharedStatement command -> parseCommand(server, command, in, nameFrom, nameEnd);
        default -> throw new IllegalStateException("neither statement nor refusal");
      }
    } else if (nameEnd == nameFrom) {
      parseUnnamed(server, statement, in, at, bodyBytes, shared && catalog.knewLast());
    } else {
      parseNamed(server, bytes(in, nameFrom, nameEnd), statement);
    }
  }

  private void parseCommand(
      ServerConnection server, SharedStatement command, ByteBuf in, int nameFrom, int nameEnd) {
    if (nameEnd > nameFrom) {
      parseNamed(server, bytes(in, nameFrom, nameEnd), command);
      return;
    }
    unnamed = command;
    unnamedShared = false;
    out.parse(UNNAMED, command);
    server.statements().unnamed(command); // the next line may take it back at once
    Note note = command instanceof SqlCommand ? command : command.unnamed();
    server.outstanding().sent(Tags.PARSE, note);
  }

  private static byte[] bytes(ByteBuf in, int from, int to) {
    byte[] bytes = new byte[to - from];
    in.getBytes(from, bytes);
    return bytes;
  }

  private void parseUnnamed(
      ServerConnection server,
      SharedStatement statement,
      ByteBuf in,
      int at,
      int bodyBytes,
      boolean repeated) {
    unnamed = statement;
    unnamedShared =
        repeated
            && leases.settings().reuseUnnamed()
            && !leases.vars().schema().underway()
            && !mayFail(server);
    if (!unnamedShared) {
      server.statements().unnamed(statement); // the next line may take it back at once
      server.outstanding().sent(Tags.PARSE, statement.unnamed());
      LoopCounters.add(traffic.serverParses, 1);
      out.pass(in, at, HEADER_BYTES + bodyBytes);
    } else if (server.statements().use(statement)) {
      server.outstanding().added(Outstanding.SPARED_PARSE, null);
    } else {
      makeRoom(server, statement);
      out.parse(statement.serverName(), statement);
      server.outstanding().sent(Tags.PARSE, statement);
    }
  }

  private void parseNamed(ServerConnection server, byte[] name, SharedStatement statement) {
    Refusal full = names.full(statement);
    SharedStatement before = names.put(name, statement);
    if (before != null) {
      names.put(name, before);
      String text = new String(name, StandardCharsets.UTF_8);
      refuse(
          server, Refusal.ofParse("42P05", "prepared statement \"" + text + "\" already exists"));
    } else if (full != null) {
      names.remove(name);
      refuse(server, full);
    } else if (server.statements().use(statement)) {
      Renaming renaming = new Renaming(names, name, null, null);
      if (mayFail(server)) {
        tryOut(server, statement, renaming);
      } else {
        server.outstanding().added(Outstanding.SPARED_PARSE, renaming);
      }
    } else {
      makeRoom(server, statement);
      out.parse(statement.serverName(), statement);
      server.outstanding().sent(Tags.PARSE, new Renaming(names, name, null, statement));
    }
  }

  /// Whether the server might refuse a statement that it has: in a failed transaction it takes only
  /// those that end it.
  private boolean mayFail(ServerConnection server) {
    beginning &= !server.outstanding().answeredAll();
    byte status = server.outstanding().status();
    return status == 'E' || beginning || (status == 'T' && !server.outstanding().answeredAll());
  }

  /// Has the server itself say whether it takes a statement that it has already.
  private void tryOut(ServerConnection server, SharedStatement statement, Renaming renaming) {
    out.parse(UNNAMED, statement);
    server.outstanding().sent(Tags.PARSE, renaming);
    server.statements().unnamed(null);
  }

  /// A Bind message with its names at `at`; the rest may still come.
  ///
  /// @param available bytes of the body that are there
  /// @return whether the rest is to follow
  boolean bind(ServerConnection server, ByteBuf in, int at, int bodyBytes, int available) {
    int from = at + HEADER_BYTES;
    int limit = from + available;
    int portalEnd = zero(in, from, limit);
    int nameEnd = portalEnd < 0 ? -1 : zero(in, portalEnd + 1, limit);
    if (nameEnd < 0) {
      refuse(server, Refusal.of("08P01", "invalid names in Bind message"));
      return false;
    }
    SharedStatement statement = find(server, in, portalEnd + 1, nameEnd);
    if (statement == null) {
      return false;
    }
    if ((statement.traits() & ON_NAMES) != 0) {
      Refusal refusal = sql.bind(server, statement, portalEnd == from);
      if (refusal != null) {
        refuse(server, refusal);
        return false;
      }
    } else {
      sql.bindOther();
    }
    LoopCounters.add(traffic.binds, 1);
    leases.vars().uses(statement);
    beginning |= (statement.traits() & StatementScan.BEGINS) != 0;
    if (routes != null) {
      routes.texts().binds(statement, portalEnd == from);
    }
    byte[] name = provide(server, statement, nameEnd == portalEnd + 1);
    server.outstanding().sent(Tags.BIND);
    int clientName = nameEnd - portalEnd - 1;
    ByteBuf own = out.own();
    own.writeByte(Tags.BIND);
    own.writeInt(Integer.BYTES + bodyBytes - clientName + name.length);
    own.writeBytes(in, from, portalEnd + 1 - from);
    own.writeBytes(name);
    out.pass(in, nameEnd, limit - nameEnd);
    return true;
  }

  /// What the next Execute message changes.
  @Nullable Note execute(ServerConnection server) {
    Note note = sql.execute(server);
    return note == null && routes != null ? routes.texts().executeNote() : note;
  }

  /// A whole Describe or Close of a statement at `at`.
  void describe(ServerConnection server, ByteBuf in, int at, int bodyBytes) {
    int from = at + HEADER_BYTES + 1;
    int end = zero(in, from, at + HEADER_BYTES + bodyBytes);
    if (end < 0) {
      refuse(server, Refusal.of("08P01", "invalid Describe message"));
      return;
    }
    SharedStatement statement = find(server, in, from, end);
    if (statement == null) {
      return;
    }
    sql.describe(server, statement);
    byte[] name = provide(server, statement, end == from);
    server.outstanding().sent(Tags.DESCRIBE);
    ByteBuf own = out.own();
    own.writeByte(Tags.DESCRIBE);
    own.writeInt(Integer.BYTES + 1 + name.length + 1);
    own.writeByte('S');
    own.writeBytes(name);
    own.writeByte(0);
  }

  /// The statement stays on the server for others; the client's name is free again.
  void close(ServerConnection server, ByteBuf in, int at, int bodyBytes) {
    int from = at + HEADER_BYTES + 1;
    int end = zero(in, from, at + HEADER_BYTES + bodyBytes);
    if (end < 0) {
      refuse(server, Refusal.of("08P01", "invalid Close message"));
      return;
    }
    Note undo = null;
    if (end == from) {
      unnamed = null;
    } else {
      byte[] name = bytes(in, from, end);
      SharedStatement before = names.remove(name);
      undo = before == null ? null : new Renaming(names, name, before, null);
    }
    server.outstanding().added(Outstanding.SPARED_CLOSE, undo);
  }

  /// A statement did not fit the definitions any more: from now on each content is prepared anew.
  void renew() {
    leases.vars().schema().changed();
    shard.schemaIs(leases.vars().schema().version());
    boolean strings = leases.standardStrings();
    names.replaceAll(statement -> catalog.anew(statement, strings));
    if (unnamed != null && unnamedShared) {
      unnamed = catalog.anew(unnamed, strings);
    }
  }

  /// A simple query does away with the unnamed statement.
  void queried(ServerConnection server, int traits) {
    beginning |= (traits & (StatementScan.BEGINS | StatementScan.CUT)) != 0;
    unnamed = null;
    server.statements().unnamed(null);
  }

  /// An error has answered a message with this note.
  void failed(@Nullable Note note) {
    if (note instanceof SharedStatement statement && statement.equals(unnamed)) {
      unnamed = null;
    }
  }

  void forgetAll() {
    names.clear();
    unnamed = null;
  }

  private @Nullable SharedStatement find(ServerConnection server, ByteBuf in, int from, int end) {
    if (end == from) {
      if (unnamed == null) {
        refuse(server, Refusal.of("26000", "unnamed prepared statement does not exist"));
      }
      return unnamed;
    }
    SharedStatement statement = names.get(in, from, end - from);
    if (statement == null) {
      String name = in.toString(from, end - from, StandardCharsets.UTF_8);
      refuse(server, Refusal.of("26000", "prepared statement \"" + name + "\" does not exist"));
    }
    return statement;
  }

  /// Makes sure that the server has it.
  ///
  /// @return its name there
  private byte[] provide(ServerConnection server, SharedStatement statement, boolean asUnnamed) {
    if (asUnnamed && !unnamedShared) {
      if (!statement.equals(server.statements().unnamed())) {
        LoopCounters.add(traffic.serverParses, 1);
        out.parse(UNNAMED, statement);
        server.statements().unnamed(statement); // the next line may take it back at once
        server.outstanding().added(Outstanding.OWN_PARSE, statement.unnamed());
      }
      return UNNAMED;
    }
    if (server.statements().use(statement)) {
      LoopCounters.add(traffic.hits, 1);
    } else {
      sql.prepare(server, statement, leases.settings().preparedStatements(), null);
    }
    return statement.serverName();
  }

  /// For a statement that the server is made to prepare next.
  private void makeRoom(ServerConnection server, SharedStatement statement) {
    LoopCounters.add(traffic.serverParses, 1);
    int most = leases.settings().preparedStatements();
    SharedStatement evicted = server.statements().add(statement, most);
    while (evicted != null) {
      LoopCounters.add(traffic.evictions, 1);
      out.close(evicted.serverName());
      server.outstanding().added(Outstanding.OWN_CLOSE, new Eviction(evicted));
      evicted = server.statements().excess(most);
    }
  }

  /// Lets the server fail in the client's place.
  void refuse(ServerConnection server, Refusal refusal) {
    byte[] text = Refusal.UNREADABLE.getBytes(StandardCharsets.US_ASCII);
    ByteBuf own = out.own();
    own.writeByte(Tags.PARSE);
    own.writeInt(Integer.BYTES + 1 + text.length + 1 + Short.BYTES);
    own.writeByte(0);
    own.writeBytes(text);
    own.writeByte(0);
    own.writeShort(0);
    server.statements().unnamed(null);
    server.outstanding().sent(Tags.PARSE, refusal);
  }

  private static int zero(ByteBuf in, int from, int to) {
    return to > from ? in.indexOf(from, to, (byte) 0) : -1;
  }
}
