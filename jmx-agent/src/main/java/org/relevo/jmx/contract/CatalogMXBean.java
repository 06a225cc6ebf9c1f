package org.relevo.jmx.contract;

import java.util.List;

/// What the service keeps of the databases' catalogs for routing.
public interface CatalogMXBean {
  /// By database; those that clients use.
  List<CatalogStatus> getDatabases();

  /// Bytes of all together, estimated.
  long getBytes();

  /// Reads a database's catalog anew; returns at once.
  ///
  /// @param database "" for all
  /// @throws IllegalStateException when nothing is kept of that database
  @RequiresRole(Role.OPERATOR)
  void refresh(String database);
}
