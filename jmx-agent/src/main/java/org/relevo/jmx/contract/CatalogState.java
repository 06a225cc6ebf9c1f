package org.relevo.jmx.contract;

/// What a service knows of one database's catalog.
public enum CatalogState {
  /// Not read yet.
  EMPTY,
  FILLED,
  /// Read, but changed since, or not checked for too long: not believed until it is checked.
  STALE,
  /// Larger than what is kept: every read goes to the primary.
  TOO_LARGE,
  /// Never read, because no server gives it.
  UNREADABLE
}
