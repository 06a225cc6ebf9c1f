package org.relevo.proxy.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What [CatalogReader] has read, before [SnapshotBuilder] makes something of it.
///
/// Owner: the worker that fills it; used once.
final class Rows {
  /// A row of pg_namespace.
  record Namespace(int oid, String name, boolean open) {}

  /// A row of pg_proc.
  ///
  /// @param defaults how many of the last arguments have one
  /// @param kind `f`, `p`, `a`, `w`; `o` for an aggregate whose arguments are not counted alike
  /// @param types oids of the arguments' types
  /// @param rowOf relation whose rows are the first argument; 0 for none; of volatile ones only
  record Function(
      int oid,
      String name,
      int schema,
      int defaults,
      boolean variadic,
      char volatility,
      char kind,
      List<Integer> types,
      int rowOf) {
    Function {
      types = List.copyOf(types);
    }
  }

  /// What a function runs.
  ///
  /// @param tree of a body that was parsed when the function was made
  /// @param tooLong whether it was not looked through
  /// @param defines whether it changes definitions itself
  record Body(BodyScan.Found text, NodeTree tree, boolean tooLong, boolean defines) {}

  /// A row of pg_operator.
  record Op(int oid, String name, int schema, int function) {}

  /// A row of pg_class.
  record Rel(int oid, String name, int schema, char kind, char persistence) {}

  /// An expression that runs when the relation is read: of a view or of a policy.
  ///
  /// @param tree null when it was not looked through
  record Rule(int relation, @Nullable NodeTree tree) {}

  /// A relation and one that it inherits from or is a partition of.
  record Child(int relation, int parent) {}

  /// Something that runs functions without being named in a statement.
  ///
  /// @param what for people, such as `cast text to point3d`
  record Unnamed(String what, NodeTree tree) {}

  final List<Namespace> namespaces = new ArrayList<>();
  final List<Function> functions = new ArrayList<>();
  final Map<Integer, Body> bodies = new HashMap<>();

  /// Functions that an aggregate is made of, by its oid.
  final Map<Integer, NodeTree> aggregates = new HashMap<>();

  final List<Op> operators = new ArrayList<>();
  final List<Rel> relations = new ArrayList<>();
  final List<Rule> rules = new ArrayList<>();
  final List<Child> children = new ArrayList<>();
  final List<Unnamed> unnamed = new ArrayList<>();

  /// Oids of types of the string category.
  final Set<Integer> strings = new HashSet<>();

  /// By name.
  final Map<String, RoleSetting> settings = new HashMap<>();
}
