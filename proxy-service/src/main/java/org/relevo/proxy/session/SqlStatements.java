package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.NamedCommand;
import org.relevo.proxy.sql.PreparedNames;
import org.relevo.proxy.sql.StatementScan;
import org.relevo.proxy.wire.BackendError;

/// PREPARE, EXECUTE and DEALLOCATE of one client whose server connection changes. The names in the
/// texts are replaced by those of the shared statements; what a text needs is sent ahead of it, so
/// that the server runs the client's own commands and answers them itself. An unknown name stays as
/// it is, and an existing one is brought to the server: it then raises its own error.
///
/// Owner: event loop of the session.
final class SqlStatements {
  /// What is prepared to be deallocated in a shared statement's place, and what runs PREPARE.
  static final String HELPER = "relevohelp";

  private static final byte[] HELPER_BYTES = HELPER.getBytes(StandardCharsets.US_ASCII);

  private final Leases leases;
  private final StatementCatalog catalog;
  private final StatementNames names;
  private final DatabaseTraffic traffic;
  private final ServerWriter out;
  private final Forgetting.Maker forgetting;
  private @Nullable Note bound;

  SqlStatements(
      Leases leases,
      StatementCatalog catalog,
      StatementNames names,
      DatabaseTraffic traffic,
      ServerWriter out,
      Forgetting.Maker forgetting) {
    this.leases = leases;
    this.catalog = catalog;
    this.names = names;
    this.traffic = traffic;
    this.out = out;
    this.forgetting = forgetting;
  }

  /// Sends a query string with commands on names.
  ///
  /// @param bytes of the string and its terminator, all there
  /// @return why it cannot be; then it has not been sent
  Optional<Refusal> query(ServerConnection server, ByteBuf in, int from, int bytes) {
    if (bytes == 0 || in.getByte(from + bytes - 1) != 0) {
      return Optional.of(Refusal.of("08P01", "invalid message format"));
    }
    byte[] text = new byte[bytes - 1];
    in.getBytes(from, text);
    PreparedNames.Found found = PreparedNames.in(text, text.length, leases.standardStrings());
    return new QueryPlan(this, server, text, found).send(found.commands());
  }

  // ------------------------------------------------------------------ extended protocol

  /// What a Parse message with a command on a name becomes.
  ///
  /// @param body query, terminator and types
  /// @param asIs the statement without any replacement
  /// @return a statement, or a [Refusal]
  Note parse(
      ServerConnection server, byte[] body, int length, int textLength, SharedStatement asIs) {
    byte[] text = Arrays.copyOf(body, textLength);
    PreparedNames.Found found = PreparedNames.in(text, textLength, leases.standardStrings());
    if (found.statements() != 1 || found.commands().size() != 1) {
      return asIs; // an error, which the server reports
    }
    NamedCommand command = found.commands().getFirst();
    byte[] name;
    SharedStatement target = null;
    switch (command.kind()) {
      case UNREADABLE -> {
        return unreadable();
      }
      case DEALLOCATE_ALL -> {
        return asIs;
      }
      case PREPARE -> {
        target = toPrepare(text, command);
        name = target.serverName();
      }
      case EXECUTE -> {
        target = names.get(command.name());
        if (target == null) {
          Refusal refusal = unknown(command.name());
          return refusal == null ? asIs : refusal;
        }
        provide(server, target);
        name = target.serverName();
      }
      case DEALLOCATE -> name = HELPER_BYTES;
      default -> throw new IllegalStateException("no such command: " + command.kind());
    }
    SplicedText spliced = new SplicedText(Arrays.copyOf(body, length));
    spliced.replace(command.from(), command.to(), quoted(name));
    return new SqlCommand(
        catalog.nextId(), spliced, asIs.traits(), command.kind(), command.name(), target);
  }

  /// A statement is about to be described.
  void describe(ServerConnection server, SharedStatement statement) {
    if (statement instanceof SqlCommand command
        && command.kind() == NamedCommand.Kind.EXECUTE
        && command.target() != null) {
      provide(server, command.target());
    }
  }

  /// A statement is about to be bound to a portal.
  ///
  /// @return why it cannot be; null when it can
  @Nullable Refusal bind(
      ServerConnection server, SharedStatement statement, boolean unnamedPortal) {
    bound = null;
    if (!(statement instanceof SqlCommand command)) {
      if ((statement.traits() & StatementScan.DEALLOCATES_ALL) != 0) {
        bound = forgetting.make();
      }
      return null;
    }
    SharedStatement known = names.get(command.name());
    if (command.kind() == NamedCommand.Kind.EXECUTE) {
      return bindExecute(server, command, known);
    }
    if (!unnamedPortal) {
      return refusal("PREPARE or DEALLOCATE in a named portal", "Use the unnamed portal.");
    }
    SharedStatement target = command.target();
    if (target == null) {
      if (known == null) {
        return missing(command.name());
      }
      stub(server, HELPER_BYTES, null);
      bound = new NameChange(names, command.name(), null, known, command.spliced(), null);
      return null;
    }
    if (known != null) {
      return Refusal.ofParse(
          "42P05", "prepared statement " + shown(command.name()) + " already exists");
    }
    Refusal full = names.full(target);
    if (full != null) {
      return full;
    }
    NameChange.Displaced displaced = null;
    if (server.statements().use(target)) {
      displaced = new NameChange.Displaced(target);
      close(server, target.serverName(), displaced);
    } else {
      room(server, target, leases.settings().preparedStatements(), null);
    }
    server.statements().remove(target); // until it is executed
    bound = new NameChange(names, command.name(), target, null, command.spliced(), displaced);
    return null;
  }

  private @Nullable Refusal bindExecute(
      ServerConnection server, SqlCommand command, @Nullable SharedStatement known) {
    SharedStatement target = command.target();
    if (known == null || target == null) {
      return missing(command.name());
    }
    if (!known.equals(target)) {
      return refusal(
          "a prepared EXECUTE of " + shown(command.name()) + ", which was prepared anew since,",
          "Parse the EXECUTE again.");
    }
    leases.vars().uses(target);
    provide(server, target);
    return null;
  }

  /// Nothing that is bound from here on changes a name.
  void bindOther() {
    bound = null;
  }

  /// What the next Execute message changes.
  @Nullable Note execute(ServerConnection server) {
    Note note = bound;
    if (note != null) {
      bound = null;
      if (note instanceof NameChange change) {
        change.apply(server);
      }
    }
    return note;
  }

  // ------------------------------------------------------------------ on the server

  private void provide(ServerConnection server, SharedStatement statement) {
    if (!server.statements().use(statement)) {
      prepare(server, statement, leases.settings().preparedStatements(), null);
    }
  }

  /// Prepares a statement that the server does not have.
  ///
  /// @param most statements that may be there with it
  /// @param query the string ahead of which this goes; null in a batch of the client
  void prepare(
      ServerConnection server, SharedStatement statement, int most, @Nullable QueryNames query) {
    room(server, statement, most, query);
    Outstanding outstanding = server.outstanding();
    if (!(statement instanceof PreparedBySql sql)) {
      out.parse(statement.serverName(), statement);
      outstanding.added(Outstanding.OWN_PARSE, ahead(query, statement));
      return;
    }
    // By itself in a named portal: the client's unnamed statement and portal stay what they are.
    close(server, HELPER_BYTES, ahead(query, null));
    out.parse(HELPER_BYTES, terminated(sql.command()));
    outstanding.added(Outstanding.OWN_PARSE, ahead(query, null));
    out.bind(HELPER_BYTES);
    outstanding.added(Outstanding.OWN_BIND, ahead(query, null));
    out.execute(HELPER_BYTES);
    outstanding.added(Outstanding.OWN_EXECUTE, ahead(query, statement));
    out.closePortal(HELPER_BYTES);
    outstanding.added(Outstanding.OWN_CLOSE, ahead(query, null));
  }

  /// It counts as being there; another one is closed for it when there are too many.
  void room(
      ServerConnection server, SharedStatement statement, int most, @Nullable QueryNames query) {
    LoopCounters.add(traffic.serverParses, 1);
    SharedStatement evicted = server.statements().add(statement, most);
    while (evicted != null) {
      LoopCounters.add(traffic.evictions, 1);
      close(server, evicted.serverName(), ahead(query, new Eviction(evicted)));
      evicted = server.statements().excess(most);
    }
  }

  void close(ServerConnection server, byte[] name, @Nullable Note note) {
    out.close(name);
    server.outstanding().added(Outstanding.OWN_CLOSE, note);
  }

  /// An empty statement that can be deallocated, in a failed transaction too.
  void stub(ServerConnection server, byte[] name, @Nullable QueryNames query) {
    close(server, name, ahead(query, null));
    out.parse(name, new byte[] {0, 0, 0});
    server.outstanding().added(Outstanding.OWN_PARSE, ahead(query, null));
  }

  private static @Nullable Note ahead(@Nullable QueryNames query, @Nullable Note note) {
    return query == null ? note : query.ahead(note);
  }

  // ------------------------------------------------------------------ texts

  Leases leases() {
    return leases;
  }

  StatementNames names() {
    return names;
  }

  ServerWriter out() {
    return out;
  }

  /// The same content under a name that nobody else has.
  SharedStatement another(SharedStatement statement) {
    return catalog.aloneBySql(statement.text(), statement.context(), leases.standardStrings());
  }

  SharedStatement toPrepare(byte[] text, NamedCommand command) {
    byte[] start = PreparedBySql.COMMAND;
    byte[] key = Arrays.copyOf(start, start.length + command.bodyTo() - command.to());
    System.arraycopy(text, command.to(), key, start.length, command.bodyTo() - command.to());
    VarSet context = leases.vars().parseContext();
    return context == null
        ? catalog.aloneBySql(key, VarSet.EMPTY, leases.standardStrings())
        : catalog.bySql(key, context, leases.standardStrings());
  }

  /// A text as in a Parse message without types.
  private static byte[] terminated(byte[] text) {
    return Arrays.copyOf(text, text.length + 1 + Short.BYTES);
  }

  static byte[] quoted(byte[] name) {
    byte[] quoted = new byte[name.length + 2];
    quoted[0] = '"';
    System.arraycopy(name, 0, quoted, 1, name.length);
    quoted[name.length + 1] = '"';
    return quoted;
  }

  // ------------------------------------------------------------------ refusals

  /// The server does not know it either, unless it looks like a name of the service.
  static @Nullable Refusal unknown(byte[] name) {
    return shown(name).startsWith("\"relevo") ? missing(name) : null;
  }

  private static Refusal missing(byte[] name) {
    return Refusal.ofParse("26000", "prepared statement " + shown(name) + " does not exist");
  }

  private static String shown(byte[] name) {
    return "\"" + new String(name, StandardCharsets.UTF_8) + "\"";
  }

  Refusal unreadable() {
    return refusal("a prepared statement's name as U&\"…\"", "Write the name without escapes.");
  }

  Refusal refusal(String what, String hint) {
    return new Refusal(
        BackendError.of(
                "ERROR",
                "0A000",
                what
                    + " is not available with pool_mode = "
                    + Refusals.name(leases.settings().mode()))
            .withHint(hint),
        true);
  }
}
