package org.relevo.proxy.determinism;

import java.io.IOException;
import java.util.Optional;
import org.relevo.proxy.sql.QualifiedName;

/// What a plan needs to know of definitions. May ask a server and wait for it.
public interface Facts {
  /// What calling a function may do.
  enum Function {
    /// The same for the same arguments.
    IMMUTABLE,
    /// Changes nothing.
    STABLE,
    /// Of PostgreSQL itself; each call may answer otherwise.
    VOLATILE,
    /// Made by somebody, and it may do anything.
    UNKNOWN
  }

  /// @return empty when there is no such table
  /// @throws IOException when the server is lost
  Optional<TableShape> table(QualifiedName name) throws IOException;

  /// @throws IOException when the server is lost
  Function function(QualifiedName name) throws IOException;

  /// Whether this session has made a temporary table of that name.
  boolean temporary(QualifiedName name);
}
