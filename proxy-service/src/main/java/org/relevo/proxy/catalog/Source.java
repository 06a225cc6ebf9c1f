package org.relevo.proxy.catalog;

import java.sql.SQLException;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.sql.QualifiedName;

/// Where a worker reads a database's catalog.
interface Source {
  /// Blocks until connected and logged in.
  ///
  /// @throws SQLException when no server can be asked
  Session open(String database) throws SQLException;

  /// Whether another server should be asked than that of a session that is kept.
  boolean moved(Session session);

  /// A connection.
  interface Session extends AutoCloseable {
    BackendId node();

    /// Whether what it tells is the newest there is: a standby may be behind.
    boolean primary() throws SQLException;

    CatalogReader.Fingerprint fingerprint() throws SQLException;

    /// @param room for entries; no snapshot is made of more
    CatalogReader.Loaded load(int room) throws SQLException;

    /// @param table with its schema
    Optional<TableFacts> table(QualifiedName table) throws SQLException;

    @Override
    void close();
  }
}
