package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.sql.NamedCommand;
import org.relevo.proxy.sql.PreparedNames;
import org.relevo.proxy.wire.Tags;

/// One query string with commands on names, on its way to a server: what must go ahead of it, with
/// a Sync of its own, and which names are replaced in it.
///
/// Owner: event loop of the session; used once.
final class QueryPlan {
  private final SqlStatements sql;
  private final ServerConnection server;
  private final StatementNames names;
  private final byte[] text;
  private final boolean single;
  private final int most;
  private final SplicedText spliced;
  private final QueryNames note;
  private final Set<SharedStatement> made = new HashSet<>();
  private boolean ahead;
  private int helpers;

  QueryPlan(SqlStatements sql, ServerConnection server, byte[] text, PreparedNames.Found found) {
    this.sql = sql;
    this.server = server;
    this.names = sql.names();
    this.text = text;
    this.single = found.statements() == 1;
    this.most = Math.max(sql.leases().settings().preparedStatements(), found.commands().size());
    this.spliced = new SplicedText(text);
    this.note = new QueryNames(spliced);
  }

  /// @return why it was not sent
  Optional<Refusal> send(List<NamedCommand> commands) {
    Refusal refusal = null;
    for (NamedCommand command : commands) {
      refusal = command(command);
      if (refusal != null) {
        break;
      }
    }
    if (ahead) {
      sql.out().sync();
      server.outstanding().ownSync(note.ahead(null));
    }
    if (refusal != null) {
      note.skipped(server);
      return Optional.of(refusal);
    }
    sql.out().query(spliced.result());
    server.outstanding().sent(Tags.QUERY, note);
    return Optional.empty();
  }

  private @Nullable Refusal command(NamedCommand command) {
    SharedStatement known = names.get(command.name());
    return switch (command.kind()) {
      case UNREADABLE -> sql.unreadable();
      case DEALLOCATE_ALL ->
          sql.refusal(
              "DEALLOCATE ALL or DISCARD ALL beside commands on single prepared statements",
              "Send it by itself.");
      case PREPARE -> known == null ? prepare(command) : named(command, known);
      case EXECUTE -> {
        if (known != null) {
          sql.leases().vars().uses(known);
        }
        yield named(command, known);
      }
      case DEALLOCATE -> known == null ? named(command, null) : deallocate(command, known);
    };
  }

  private @Nullable Refusal prepare(NamedCommand command) {
    SharedStatement statement = sql.toPrepare(text, command);
    Refusal tooMany = names.full(statement);
    if (tooMany != null) {
      return tooMany;
    }
    if (made.contains(statement)) {
      statement = sql.another(statement);
    }
    made.add(statement);
    boolean there = server.statements().use(statement);
    boolean full = !server.statements().hasRoom(statement, most);
    if ((there || full) && !begin()) {
      return insideBatch();
    }
    NameChange.Displaced displaced = null;
    if (there) {
      displaced = new NameChange.Displaced(statement);
      sql.close(server, statement.serverName(), note.ahead(displaced));
    } else {
      sql.room(server, statement, most, note);
    }
    change(command, statement.serverName(), statement, null, displaced);
    return null;
  }

  private @Nullable Refusal deallocate(NamedCommand command, SharedStatement known) {
    if (!begin()) {
      return insideBatch();
    }
    byte[] helper = (SqlStatements.HELPER + helpers++).getBytes(StandardCharsets.US_ASCII);
    sql.stub(server, helper, note);
    change(command, helper, null, known, null);
    return null;
  }

  private void change(
      NamedCommand command,
      byte[] serverName,
      @Nullable SharedStatement now,
      @Nullable SharedStatement before,
      NameChange.@Nullable Displaced displaced) {
    spliced.replace(command.from(), command.to(), SqlStatements.quoted(serverName));
    NameChange change = new NameChange(names, command.name(), now, before, spliced, displaced);
    change.apply(server);
    note.changes(command.statement(), change);
  }

  /// The command is about a statement that exists, or about none.
  private @Nullable Refusal named(NamedCommand command, @Nullable SharedStatement known) {
    if (known == null) {
      return SqlStatements.unknown(command.name());
    }
    spliced.replace(command.from(), command.to(), SqlStatements.quoted(known.serverName()));
    if (made.contains(known) || server.statements().use(known)) {
      return null;
    }
    if (server.outstanding().status() == 'E') {
      // The server refuses a single command by itself.
      return single
          ? null
          : sql.refusal(
              "EXECUTE in one query string with the end of a failed transaction",
              "Send ROLLBACK by itself first.");
    }
    if (!begin()) {
      return insideBatch();
    }
    sql.prepare(server, known, most, note);
    return null;
  }

  /// @return false when nothing can be sent ahead, because it would end a batch of the client
  private boolean begin() {
    ahead = ahead || !server.outstanding().inBatch();
    return ahead;
  }

  private Refusal insideBatch() {
    return sql.refusal("a query string with EXECUTE or PREPARE before Sync", "Send Sync first.");
  }
}
