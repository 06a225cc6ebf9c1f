package org.relevo.proxy.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.sql.QualifiedName;

/// Which functions write and what relations are once everything that they run is followed:
/// functions call functions and read views, views call functions and read views and tables, tables
/// have policies and partitions. Begins with what each says of itself and repeats until nothing
/// changes; answers only ever get worse, so it ends.
///
/// Owner: the worker that made it; used once.
final class Effects {
  /// Rounds after which what may still change counts as writing: one for each level of views over
  /// views and of calls, so only a catalog made to be slow needs as many.
  private static final int MAX_ROUNDS = 200;

  /// record, anyelement, anynonarray, anycompatible, anycompatiblenonarray.
  private static final Set<Integer> ANY_ROW = Set.of(2249, 2283, 2776, 5077, 5079);

  private final Rows rows;
  private final int system;
  private final Set<Integer> known = new HashSet<>();
  private final Set<Integer> writing = new HashSet<>();

  /// That change definitions, or call what does.
  private final Set<Integer> defining = new HashSet<>();

  private final Set<Integer> harmless = new HashSet<>();
  private final Map<String, List<Rows.Function>> byName = new HashMap<>();
  private final Map<Integer, Integer> operators = new HashMap<>();
  private final Map<Integer, RelationKind> kinds = new HashMap<>();
  private final Map<String, List<Integer>> relationsByName = new HashMap<>();
  private final Map<String, Integer> schemas = new HashMap<>();

  Effects(Rows rows) {
    this.rows = rows;
    rows.namespaces.forEach(schema -> schemas.put(schema.name(), schema.oid()));
    system = schemas.getOrDefault(BuiltIns.SCHEMA, 0);
    rows.operators.forEach(operator -> operators.put(operator.oid(), operator.function()));
    rows.functions.forEach(this::begin);
    int information = schemas.getOrDefault(BuiltIns.INFORMATION, 0);
    for (Rows.Rel relation : rows.relations) {
      boolean own = relation.schema() == system || relation.schema() == information;
      kinds.put(relation.oid(), own ? RelationKind.SYSTEM : ownKind(relation));
      relationsByName.computeIfAbsent(relation.name(), _ -> new ArrayList<>(1)).add(relation.oid());
    }
    rows.functions.forEach(this::rowFunction);
    settle();
    settleDefining();
  }

  private void begin(Rows.Function function) {
    known.add(function.oid());
    if (function.schema() == system && BuiltIns.harmless(function.name())) {
      harmless.add(function.oid());
    }
    byName.computeIfAbsent(function.name(), _ -> new ArrayList<>(1)).add(function);
    Rows.Body body = rows.bodies.get(function.oid());
    if (function.volatility() == 'v'
        || (function.schema() == system && BuiltIns.primaryOnly(function.name()))
        || (body != null && body.tooLong())) {
      writing.add(function.oid());
    }
    if (body != null && body.defines()) {
      defining.add(function.oid());
    }
  }

  /// `t.f` calls `f(t)`, and no text tells that from a column.
  private void rowFunction(Rows.Function function) {
    if (function.rowOf() != 0
        && writing.contains(function.oid())
        && function.types().size() - function.defaults() <= 1) {
      kinds.computeIfPresent(function.rowOf(), (_, _) -> RelationKind.WRITING_VIEW);
    }
  }

  private static RelationKind ownKind(Rows.Rel relation) {
    if (relation.kind() == 'S') {
      return RelationKind.SEQUENCE;
    }
    return switch (relation.persistence()) {
      case 't' -> RelationKind.TEMPORARY;
      case 'u' -> RelationKind.UNLOGGED;
      default ->
          switch (relation.kind()) {
            case 'v' -> RelationKind.VIEW;
            case 'f' -> RelationKind.FOREIGN;
            default -> RelationKind.TABLE;
          };
    };
  }

  private void settle() {
    boolean changed = true;
    for (int round = 0; changed; round++) {
      boolean late = round >= MAX_ROUNDS;
      changed = false;
      for (Map.Entry<Integer, NodeTree> aggregate : rows.aggregates.entrySet()) {
        changed |= writes(aggregate.getKey(), runsWrites(aggregate.getValue()));
      }
      for (Map.Entry<Integer, Rows.Body> body : rows.bodies.entrySet()) {
        changed |= writes(body.getKey(), late || runsWrites(body.getValue()));
      }
      for (Rows.Rule rule : rows.rules) {
        changed |= worse(rule.relation(), late ? RelationKind.WRITING_VIEW : kind(rule));
      }
      for (Rows.Child child : rows.children) {
        changed |= inherits(child);
      }
    }
  }

  /// A call of a name means any function of that name: a look too many costs little.
  private void settleDefining() {
    boolean changed = !defining.isEmpty();
    for (int round = 0; changed && round < MAX_ROUNDS; round++) {
      changed = false;
      for (Map.Entry<Integer, Rows.Body> body : rows.bodies.entrySet()) {
        changed |= callsDefining(body.getValue()) && defining.add(body.getKey());
      }
    }
  }

  private boolean callsDefining(Rows.Body body) {
    for (int function : body.tree().functions()) {
      if (defining.contains(function)) {
        return true;
      }
    }
    for (QualifiedName call : body.text().calls()) {
      for (Rows.Function function : byName.getOrDefault(call.name(), List.of())) {
        if (defining.contains(function.oid())) {
          return true;
        }
      }
    }
    return false;
  }

  /// Whether a function may change definitions, as far as texts tell.
  boolean defines(int function) {
    return defining.contains(function);
  }

  private boolean writes(int function, boolean now) {
    return now && writing.add(function);
  }

  private boolean worse(int relation, RelationKind kind) {
    RelationKind before = kinds.get(relation);
    if (before == null || before == RelationKind.SYSTEM) {
      return false;
    }
    RelationKind after = Relation.worse(before, kind);
    kinds.put(relation, after);
    return after != before;
  }

  /// A parent is read with its children. A row of a child is also one of the parent.
  private boolean inherits(Rows.Child child) {
    RelationKind below = kinds.getOrDefault(child.relation(), RelationKind.TABLE);
    RelationKind above = kinds.getOrDefault(child.parent(), RelationKind.TABLE);
    boolean changed =
        above == RelationKind.WRITING_VIEW && worse(child.relation(), RelationKind.WRITING_VIEW);
    return worse(child.parent(), below) || changed;
  }

  private RelationKind kind(Rows.Rule rule) {
    NodeTree tree = rule.tree();
    if (tree == null || tree.locks() || runsWrites(tree)) {
      return RelationKind.WRITING_VIEW;
    }
    RelationKind worst = RelationKind.TABLE;
    for (int relation : tree.relations()) {
      // Indexes and the like are not kept, and no query names them.
      worst = Relation.worse(worst, kinds.getOrDefault(relation, RelationKind.TABLE));
    }
    return worst;
  }

  private boolean runsWrites(Rows.Body body) {
    NodeTree tree = body.tree();
    if (tree.locks() || runs(tree, harmless)) {
      return true;
    }
    for (int relation : tree.relations()) {
      if (kinds.get(relation) == RelationKind.WRITING_VIEW) {
        return true;
      }
    }
    for (QualifiedName call : body.text().calls()) {
      if (mayWrite(call)) {
        return true;
      }
    }
    for (String name : body.text().relations()) {
      for (int relation : relationsByName.getOrDefault(name, List.of())) {
        if (kinds.get(relation) == RelationKind.WRITING_VIEW) {
          return true;
        }
      }
    }
    return false;
  }

  boolean runsWrites(NodeTree tree) {
    return runs(tree, Set.of());
  }

  private boolean runs(NodeTree tree, Set<Integer> forgiven) {
    for (int function : tree.functions()) {
      if (mayWrite(function) && !forgiven.contains(function)) {
        return true;
      }
    }
    for (int operator : tree.operators()) {
      Integer function = operators.get(operator);
      if (function == null || mayWrite(function)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayWrite(int function) {
    return !known.contains(function) || writing.contains(function);
  }

  /// Of a name in a text. Built-in functions come first in nearly every search_path, so a name that
  /// they have means them; otherwise any schema may be meant.
  private boolean mayWrite(QualifiedName call) {
    List<Rows.Function> all = byName.getOrDefault(call.name(), List.of());
    int schema = schemas.getOrDefault(call.qualified() ? call.schema() : BuiltIns.SCHEMA, 0);
    boolean found = false;
    for (Rows.Function function : all) {
      if (function.schema() == schema) {
        found = true;
        if (writing.contains(function.oid()) && !harmless.contains(function.oid())) {
          return true;
        }
      }
    }
    if (found || call.qualified()) {
      return false;
    }
    return all.stream().anyMatch(function -> writing.contains(function.oid()));
  }

  boolean writes(int function) {
    return writing.contains(function);
  }

  /// Whether a function can be called without its name being written: by `t.f`, for every table.
  boolean takesAnyRow(Rows.Function function) {
    boolean oneArgument =
        !function.types().isEmpty() && function.types().size() - function.defaults() <= 1;
    return oneArgument && ANY_ROW.contains(function.types().getFirst());
  }

  RelationKind kind(int relation) {
    return kinds.getOrDefault(relation, RelationKind.UNKNOWN);
  }
}
