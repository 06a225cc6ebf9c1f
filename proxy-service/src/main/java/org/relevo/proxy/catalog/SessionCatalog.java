package org.relevo.proxy.catalog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.SessionDefaults;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;

/// A database's catalog as one session sees it. While what was read last may have changed, it
/// answers of the system's own schemas only, and of nothing else: a view or a function that has
/// been made anew may write now, and a new function may be meant by an old call.
///
/// Owner: the session's event loop.
final class SessionCatalog implements Catalog {
  private static final PathOids NOTHING = new PathOids(new int[0], new boolean[0]);
  private static final SearchPath SYSTEM = new SearchPath(java.util.List.of());

  // No function's name can be one of these.
  private static final String UNKNOWN_FUNCTION = "";
  private static final String BODY = "\0";

  private final Catalogs catalogs;
  private final String name;
  private final String login;
  private final String user;
  private final @Nullable String given;
  private @Nullable DatabaseCatalog database;
  private @Nullable Snapshot resolved;
  private @Nullable PathOids path;
  private @Nullable Snapshot begun;
  private SessionDefaults begins = SessionDefaults.UNKNOWN;

  /// @param login whose session it is
  /// @param user its role now
  /// @param given search_path; null for what the login's sessions begin with
  SessionCatalog(
      Catalogs catalogs, String name, String login, String user, @Nullable String given) {
    this.catalogs = catalogs;
    this.name = name;
    this.login = login;
    this.user = user;
    this.given = given;
  }

  @Override
  public Effect effect(FunctionCall call) {
    Snapshot valid = valid();
    if (valid != null) {
      return valid.effect(call, path(valid));
    }
    Snapshot last = last();
    return last != null && call.name().schema().equals(BuiltIns.SCHEMA)
        ? last.effect(call, NOTHING)
        : Effect.UNKNOWN;
  }

  @Override
  public Effect operator(QualifiedName operator) {
    Snapshot valid = valid();
    if (valid != null) {
      return valid.operator(operator, path(valid));
    }
    Snapshot last = last();
    return last != null && operator.schema().equals(BuiltIns.SCHEMA)
        ? last.operator(operator, NOTHING)
        : Effect.UNKNOWN;
  }

  @Override
  public RelationKind kind(QualifiedName relation) {
    String schema = relation.schema();
    if (!schema.isEmpty()) {
      if (schema.equals(BuiltIns.SCHEMA)
          || schema.equals(BuiltIns.INFORMATION)
          || schema.equals("pg_toast")) {
        return RelationKind.SYSTEM;
      }
      if (schema.equals("pg_temp") || schema.startsWith("pg_temp_")) {
        return RelationKind.TEMPORARY;
      }
    }
    Snapshot valid = valid();
    if (valid != null) {
      return valid.kind(relation, path(valid));
    }
    Snapshot last = last();
    return last == null || !schema.isEmpty() || !systemFirst(last)
        ? RelationKind.UNKNOWN
        : last.kind(relation, last.resolve(SYSTEM, ""));
  }

  @Override
  public Effect unnamed() {
    Snapshot valid = valid();
    if (valid == null) {
      return Effect.UNKNOWN;
    }
    return valid.unnamed().isEmpty() ? Effect.READS : Effect.WRITES;
  }

  @Override
  public boolean defines(FunctionCall call) {
    Snapshot known = known();
    if (known == null) {
      return false; // nothing is believed that a change could make wrong
    }
    boolean unknown = !known.knows(call);
    return (unknown || known.defines(call))
        && suspects(unknown ? UNKNOWN_FUNCTION : call.name().name(), known);
  }

  @Override
  public boolean defines(String body) {
    Snapshot known = known();
    if (known == null) {
      return false;
    }
    if (DefinitionScan.in(body) && suspects(BODY, known)) {
      return true;
    }
    for (QualifiedName call : BodyScan.in(body, known::defines, _ -> false).calls()) {
      if (suspects(call.name(), known)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Snapshot known() {
    Snapshot valid = valid();
    return valid == null ? last() : valid;
  }

  private boolean suspects(String what, Snapshot known) {
    DatabaseCatalog asked = database;
    return asked != null && asked.suspects(what, known);
  }

  @Override
  public SessionDefaults begins() {
    Snapshot valid = valid();
    if (valid == null) {
      return SessionDefaults.UNKNOWN;
    }
    if (valid != begun) {
      begun = valid;
      begins =
          new SessionDefaults(
              valid
                  .setting(RoleSetting.ISOLATION, login)
                  .map(SessionDefaults::isolation)
                  .orElse(SessionDefaults.UNKNOWN.isolation()),
              valid
                  .setting(RoleSetting.READ_ONLY, login)
                  .filter(SessionDefaults::isOn)
                  .isPresent());
    }
    return begins;
  }

  private boolean systemFirst(Snapshot snapshot) {
    return searchPath(snapshot)
        .filter(known -> !known.names().contains(BuiltIns.SCHEMA))
        .isPresent();
  }

  private Optional<SearchPath> searchPath(Snapshot snapshot) {
    return Optional.ofNullable(given)
        .or(() -> snapshot.setting(RoleSetting.SEARCH_PATH, login))
        .flatMap(SearchPath::parse);
  }

  private @Nullable PathOids path(Snapshot snapshot) {
    if (resolved != snapshot) {
      resolved = snapshot;
      path = snapshot.resolve(searchPath(snapshot).orElse(null), user);
    }
    return path;
  }

  private @Nullable Snapshot valid() {
    DatabaseCatalog known = database;
    if (known == null || known.retired()) {
      known = catalogs.database(name);
      database = known;
    }
    return known == null ? null : known.valid();
  }

  private @Nullable Snapshot last() {
    DatabaseCatalog known = database;
    return known == null ? null : known.last();
  }
}
