package org.relevo.proxy.sql;

/// A command on a prepared statement's name in a query string. Positions are bytes of the string.
/// Immutable; its name is not to be changed.
public final class NamedCommand {
  /// What is done with the name.
  public enum Kind {
    PREPARE,
    /// EXECUTE, EXPLAIN EXECUTE, CREATE TABLE … AS EXECUTE.
    EXECUTE,
    DEALLOCATE,
    /// DEALLOCATE ALL, DISCARD ALL; it has no name.
    DEALLOCATE_ALL,
    /// A name that is not read (`U&"…"`).
    UNREADABLE
  }

  private final Kind kind;
  private final int statement;
  private final byte[] name;
  private final int from;
  private final int to;
  private final int bodyTo;

  NamedCommand(Kind kind, int statement, byte[] name, int from, int to, int bodyTo) {
    this.kind = kind;
    this.statement = statement;
    this.name = name;
    this.from = from;
    this.to = to;
    this.bodyTo = bodyTo;
  }

  NamedCommand endingAt(int end) {
    return new NamedCommand(kind, statement, name, from, to, end);
  }

  public Kind kind() {
    return kind;
  }

  /// Position of its statement in the string, empty ones not counted.
  public int statement() {
    return statement;
  }

  /// As PostgreSQL reads it: folded, unquoted, cut to what a name may have.
  public byte[] name() {
    return name;
  }

  /// Where the name is written, quotes included.
  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /// End of the statement.
  public int bodyTo() {
    return bodyTo;
  }
}
