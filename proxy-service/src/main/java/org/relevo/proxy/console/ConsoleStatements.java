package org.relevo.proxy.console;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.ExtendedRequest;
import org.relevo.proxy.wire.ResultMessages;

/// A session's prepared statements and portals.
///
/// Owner: the session.
final class ConsoleStatements {
  private static final int MAX_STATEMENTS = 1000;
  private static final int MAX_PORTALS = 100;
  private static final int MAX_CHARS = 1 << 20;

  /// A bound statement. Owner: the session.
  static final class Portal {
    private final Optional<ConsoleCommand> command;
    private final List<Boolean> formats;
    private @Nullable ResultWriter writer;
    private boolean begun;

    private Portal(Optional<ConsoleCommand> command, List<Boolean> formats) {
      this.command = command;
      this.formats = formats;
    }

    Optional<ConsoleCommand> command() {
      return command;
    }

    /// The result that is under way.
    @Nullable ResultWriter writer() {
      return writer;
    }

    void begin(String name) {
      if (begun) {
        throw new ConsoleException("55000", "portal \"" + name + "\" cannot be run");
      }
      begun = true;
    }

    ResultWriter open(ResultTable table) {
      ResultWriter opened = new ResultWriter(table, formats);
      writer = opened;
      return opened;
    }
  }

  private final Map<String, ConsoleStatement> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();

  /// @param pgpoolsOnly whether other statements than pgpool-II's are refused
  void parse(ExtendedRequest.Parse parse, boolean pgpoolsOnly) {
    if (pgpoolsOnly && ConsoleCommands.pgpoolCommand(parse.sql()).isEmpty()) {
      throw new ConsoleException(
          "0A000",
          "only statements of pgpool-II can follow one of them in a batch",
          "A Sync goes between them and others.");
    }
    ConsoleStatement statement = ConsoleStatement.prepare(parse);
    String name = parse.statement();
    if (!name.isEmpty() && statements.containsKey(name)) {
      throw new ConsoleException(
          "42P05", "prepared statement \"" + TokenReader.shown(name) + "\" already exists");
    }
    int chars = statements.values().stream().mapToInt(ConsoleStatement::chars).sum();
    if (statements.size() >= MAX_STATEMENTS || chars + statement.chars() > MAX_CHARS) {
      throw new ConsoleException("54000", "too many prepared statements");
    }
    statements.put(name, statement);
  }

  void bind(ExtendedRequest.Bind bind) {
    ConsoleStatement statement = statement(bind.statement());
    Portal portal = new Portal(statement.bind(bind), List.copyOf(bind.resultFormats()));
    int columns = portal.command().flatMap(ConsoleTables::columns).map(List::size).orElse(0);
    if (bind.resultFormats().size() > 1 && bind.resultFormats().size() != columns) {
      throw new ConsoleException(
          "08P01",
          "bind message has "
              + bind.resultFormats().size()
              + " result formats but query has "
              + columns
              + " columns");
    }
    if (!bind.portal().isEmpty() && portals.containsKey(bind.portal())) {
      throw new ConsoleException(
          "42P03", "cursor \"" + TokenReader.shown(bind.portal()) + "\" already exists");
    }
    if (portals.size() >= MAX_PORTALS) {
      throw new ConsoleException("54000", "too many portals");
    }
    portals.put(bind.portal(), portal);
  }

  void describe(ExtendedRequest.Describe describe, ByteBuf out) {
    if (describe.portal()) {
      Portal portal = portal(describe.name());
      describe(portal.command(), portal.formats, out);
    } else {
      ConsoleStatement statement = statement(describe.name());
      ResultMessages.parameterDescription(out, statement.parameterTypes());
      describe(statement.shape(), List.of(), out);
    }
  }

  private static void describe(
      Optional<ConsoleCommand> command, List<Boolean> formats, ByteBuf out) {
    command
        .flatMap(ConsoleTables::columns)
        .ifPresentOrElse(
            columns -> ResultWriter.describe(out, columns, formats),
            () -> ResultMessages.noData(out));
  }

  void close(ExtendedRequest.Close close) {
    if (close.portal()) {
      portals.remove(close.name());
    } else {
      statements.remove(close.name());
    }
  }

  /// @param name empty for all
  void deallocate(Optional<String> name) {
    if (name.isEmpty()) {
      statements.clear();
    } else if (statements.remove(name.get()) == null) {
      throw missing(name.get());
    }
  }

  Portal portal(String name) {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw new ConsoleException(
          "34000", "portal \"" + TokenReader.shown(name) + "\" does not exist");
    }
    return portal;
  }

  void closePortals() {
    portals.clear();
  }

  /// A simple query ends the unnamed statement and portal.
  void closeUnnamed() {
    statements.remove("");
    portals.remove("");
  }

  private ConsoleStatement statement(String name) {
    ConsoleStatement statement = statements.get(name);
    if (statement == null) {
      throw missing(name);
    }
    return statement;
  }

  private static ConsoleException missing(String name) {
    return new ConsoleException(
        "26000", "prepared statement \"" + TokenReader.shown(name) + "\" does not exist");
  }
}
