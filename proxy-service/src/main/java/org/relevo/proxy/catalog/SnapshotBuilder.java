package org.relevo.proxy.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;

/// Makes a [Snapshot] of what was read. Pure.
final class SnapshotBuilder {
  // Bytes on a 64-bit machine with compressed references: an entry of a map with its share of the
  // table, a string without its characters, an array of one, the objects themselves.
  private static final int NAME_BYTES = 40 + 24 + 16 + 24;
  private static final int ROUTINE_BYTES = 56;
  private static final int OBJECT_BYTES = 24;
  private static final int MOST_UNNAMED = 20;

  private SnapshotBuilder() {}

  static Snapshot build(Rows rows) {
    Effects effects = new Effects(rows);
    Map<String, Snapshot.Schema> schemas = new HashMap<>();
    int system = 0;
    for (Rows.Namespace schema : rows.namespaces) {
      schemas.put(schema.name(), new Snapshot.Schema(schema.oid(), schema.open()));
      system = schema.name().equals(BuiltIns.SCHEMA) ? schema.oid() : system;
    }
    int own = system;
    Map<String, Routine[]> routines =
        group(
            rows.functions,
            Rows.Function::name,
            function -> routine(function, rows, effects, own),
            Routine[]::new);
    Map<String, Operator[]> operators =
        group(
            rows.operators,
            Rows.Op::name,
            one ->
                new Operator(
                    one.schema(), effects.writes(one.function()) ? Effect.WRITES : Effect.READS),
            Operator[]::new);
    Map<RelationKind, Map<Integer, Relation[]>> shared = new HashMap<>();
    BiFunction<Integer, RelationKind, Relation[]> single =
        (schema, kind) ->
            shared
                .computeIfAbsent(kind, _ -> new HashMap<>())
                .computeIfAbsent(schema, _ -> new Relation[] {new Relation(schema, kind)});
    Map<String, Relation[]> relations = new HashMap<>();
    for (Rows.Rel one : rows.relations) {
      Relation[] next = single.apply(one.schema(), effects.kind(one.oid()));
      relations.merge(one.name(), next, SnapshotBuilder::joined);
    }
    return new Snapshot(
        new Snapshot.Content(
            schemas,
            routines,
            operators,
            relations,
            unnamed(rows, effects),
            rows.settings,
            new Snapshot.Figures(
                rows.functions.size(),
                rows.operators.size(),
                rows.relations.size(),
                bytes(rows, routines, operators, relations))));
  }

  private static Relation[] joined(Relation[] some, Relation[] more) {
    Relation[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private static <R, T> Map<String, T[]> group(
      List<R> rows, Function<R, String> name, Function<R, T> make, IntFunction<T[]> array) {
    Map<String, List<T>> lists = new HashMap<>();
    for (R row : rows) {
      lists.computeIfAbsent(name.apply(row), _ -> new ArrayList<>(1)).add(make.apply(row));
    }
    Map<String, T[]> groups = HashMap.newHashMap(lists.size());
    lists.forEach((key, list) -> groups.put(key, list.toArray(array)));
    return groups;
  }

  private static Routine routine(Rows.Function row, Rows rows, Effects effects, int system) {
    int count = row.types().size();
    int[] types = new int[count];
    long strings = 0;
    for (int i = 0; i < count; i++) {
      types[i] = row.types().get(i);
      strings |= i < Long.SIZE && rows.strings.contains(types[i]) ? 1L << i : 0;
    }
    // Of an ordered-set aggregate some arguments stand behind WITHIN GROUP.
    boolean loose = row.kind() == 'o';
    boolean anyNumber = row.variadic() || loose;
    int least = loose ? 0 : count - row.defaults() - (row.variadic() ? 1 : 0);
    boolean special = row.schema() == system && row.name().equals(BuiltIns.CURRENT_SETTING);
    Effect effect = effects.writes(row.oid()) ? Effect.WRITES : Effect.READS;
    return new Routine(
        row.schema(),
        Math.max(0, least),
        anyNumber ? Routine.UNBOUNDED : count,
        types,
        strings,
        special ? Effect.READS : effect,
        effects.defines(row.oid()));
  }

  private static List<String> unnamed(Rows rows, Effects effects) {
    List<String> found = new ArrayList<>();
    for (Rows.Unnamed one : rows.unnamed) {
      if (effects.runsWrites(one.tree())) {
        found.add(one.what());
      }
    }
    for (Rows.Function function : rows.functions) {
      if (effects.writes(function.oid()) && effects.takesAnyRow(function)) {
        found.add("function " + function.name() + " of any row");
      }
    }
    return found.subList(0, Math.min(found.size(), MOST_UNNAMED));
  }

  private static long bytes(
      Rows rows, Map<String, ?> routines, Map<String, ?> operators, Map<String, ?> relations) {
    long bytes = 0;
    for (Map<String, ?> map : List.of(routines, operators, relations)) {
      for (String name : map.keySet()) {
        bytes += NAME_BYTES + name.length();
      }
    }
    for (Rows.Function function : rows.functions) {
      bytes += ROUTINE_BYTES + 4L * function.types().size();
    }
    return bytes + (long) OBJECT_BYTES * rows.operators.size();
  }
}
