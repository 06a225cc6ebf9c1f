package org.relevo.proxy.catalog;

/// A search_path against one [Snapshot]. Immutable; the arrays are not to be changed.
final class PathOids {
  /// Schemas that exist, in the order of the search.
  final int[] schemas;

  /// Whether each may be used by every role. PostgreSQL leaves a schema out of the search for a
  /// role that may not use it; which roles may is not kept.
  final boolean[] open;

  PathOids(int[] schemas, boolean[] open) {
    this.schemas = schemas;
    this.open = open;
  }
}
