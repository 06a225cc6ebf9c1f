package org.relevo.proxy.catalog;

import org.relevo.proxy.routing.Catalog.RelationKind;

/// @param schema oid
record Relation(int schema, RelationKind kind) {
  /// How much is to be feared, so that of several possible answers the worst counts.
  static int rank(RelationKind kind) {
    return switch (kind) {
      case TABLE -> 0;
      case VIEW -> 1;
      case SYSTEM -> 2;
      case SEQUENCE -> 3;
      case FOREIGN -> 4;
      case UNLOGGED -> 5;
      case TEMPORARY -> 6;
      case UNKNOWN -> 7;
      case WRITING_VIEW -> 8;
    };
  }

  static RelationKind worse(RelationKind one, RelationKind other) {
    return rank(other) > rank(one) ? other : one;
  }
}
