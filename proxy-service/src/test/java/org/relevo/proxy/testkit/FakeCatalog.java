package org.relevo.proxy.testkit;

import java.util.Set;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;

/// A catalog in which names tell what things are: tables `t`, `t1`…, a view `v`, a writing view
/// `wv`, a temporary table `tmp`, an unlogged one `u`, a foreign one `ft`, a sequence `sq`, what
/// begins with `pg_` is of the system; functions of PostgreSQL as they are, `f_read`, `f_write`;
/// operators `~~~` reads and `=>>` writes. Nothing else is known.
public final class FakeCatalog implements Catalog {
  private final Effect unnamed;

  public FakeCatalog() {
    this(Effect.READS);
  }

  /// @param unnamed what casts and the like may do
  public FakeCatalog(Effect unnamed) {
    this.unnamed = unnamed;
  }

  @Override
  public Effect unnamed() {
    return unnamed;
  }

  private static final Set<String> READING =
      Set.of(
          "lower",
          "count",
          "sum",
          "now",
          "f_read",
          "current_setting",
          "pg_is_in_recovery",
          "pg_backend_pid",
          "pg_table_is_visible");
  private static final Set<String> WRITING =
      Set.of(
          "nextval",
          "currval",
          "random",
          "f_write",
          "set_config",
          "txid_current",
          "pg_terminate_backend",
          "pg_advisory_lock",
          "lo_create");

  @Override
  public Effect effect(FunctionCall call) {
    String name = call.name().name();
    return READING.contains(name)
        ? Effect.READS
        : WRITING.contains(name) ? Effect.WRITES : Effect.UNKNOWN;
  }

  @Override
  public Effect operator(QualifiedName name) {
    return switch (name.name()) {
      case "~~~" -> Effect.READS;
      case "=>>" -> Effect.WRITES;
      default -> Effect.UNKNOWN;
    };
  }

  @Override
  public RelationKind kind(QualifiedName relation) {
    String name = relation.name();
    if (name.startsWith("pg_")) {
      return RelationKind.SYSTEM;
    }
    return switch (name) {
      case "v" -> RelationKind.VIEW;
      case "wv" -> RelationKind.WRITING_VIEW;
      case "tmp" -> RelationKind.TEMPORARY;
      case "u" -> RelationKind.UNLOGGED;
      case "ft" -> RelationKind.FOREIGN;
      case "sq" -> RelationKind.SEQUENCE;
      default -> name.matches("t\\d?") ? RelationKind.TABLE : RelationKind.UNKNOWN;
    };
  }
}
