package org.relevo.proxy.balancing;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A client of a test, in one of the ways that clients speak. Owner: the test's thread.
interface LabClient extends AutoCloseable {
  /// The ways.
  enum Kind {
    /// Simple queries by hand.
    SIMPLE,
    /// Parse, Bind, Execute and Sync by hand, without names.
    EXTENDED,
    /// The same with a name for each text.
    NAMED,
    /// pgJDBC, simple queries.
    JDBC_SIMPLE,
    /// pgJDBC as it is used.
    JDBC;

    /// Whether one text may hold several statements.
    boolean takesStrings() {
      return this != EXTENDED && this != NAMED;
    }

    /// Whether it sets something when it connects, which its servers have to be given.
    boolean takesSettings() {
      return this == JDBC || this == JDBC_SIMPLE;
    }
  }

  static LabClient of(Kind kind, int port) throws IOException, SQLException {
    return switch (kind) {
      case SIMPLE, EXTENDED, NAMED -> new HandClient(kind, port);
      case JDBC -> new JdbcClient(port, "extended");
      case JDBC_SIMPLE -> new JdbcClient(port, "simple");
    };
  }

  /// The first column of the last row, "" without rows.
  ///
  /// @throws SQLException an ErrorResponse
  String ask(String sql) throws IOException, SQLException;

  /// The answers to texts, which are sent at once where the client can.
  default List<String> askAtOnce(String... texts) throws IOException, SQLException {
    List<String> answers = new ArrayList<>();
    for (String sql : texts) {
      answers.add(ask(sql));
    }
    return answers;
  }

  default void begin() throws IOException, SQLException {
    ask("BEGIN");
  }

  default void commit() throws IOException, SQLException {
    ask("COMMIT");
  }

  default void rollback() throws IOException, SQLException {
    ask("ROLLBACK");
  }

  @Override
  void close() throws IOException, SQLException;
}
