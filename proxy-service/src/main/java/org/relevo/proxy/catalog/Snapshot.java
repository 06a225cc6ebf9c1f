package org.relevo.proxy.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;

/// One database's definitions at one moment. Immutable; look-ups allocate nothing.
final class Snapshot {
  /// A schema.
  ///
  /// @param open whether every role may use it
  record Schema(int oid, boolean open) {}

  /// @param unnamed what writes without being named in a statement, for people
  record Content(
      Map<String, Schema> schemas,
      Map<String, Routine[]> routines,
      Map<String, Operator[]> operators,
      Map<String, Relation[]> relations,
      List<String> unnamed,
      Map<String, RoleSetting> settings,
      Figures figures) {}

  /// @param bytes in memory, estimated
  record Figures(int functions, int operators, int relations, long bytes) {}

  private static final int NO_SCHEMA = 0;
  private static final Routine[] NO_ROUTINES = {};
  private static final Operator[] NO_OPERATORS = {};
  private static final Relation[] NO_RELATIONS = {};

  private final Map<String, Schema> schemas;
  private final Map<String, Routine[]> routines;
  private final Map<String, Operator[]> operators;
  private final Map<String, Relation[]> relations;
  private final List<String> unnamed;
  private final Map<String, RoleSetting> settings;
  private final Figures figures;
  private final int system;

  Snapshot(Content content) {
    schemas = content.schemas();
    routines = content.routines();
    operators = content.operators();
    relations = content.relations();
    unnamed = List.copyOf(content.unnamed());
    settings = Map.copyOf(content.settings());
    figures = content.figures();
    system = oid(BuiltIns.SCHEMA);
  }

  Figures figures() {
    return figures;
  }

  List<String> unnamed() {
    return unnamed;
  }

  /// What a setting is when a role's session begins; empty when that is not known.
  Optional<String> setting(String name, String role) {
    return settings.getOrDefault(name, RoleSetting.UNKNOWN).of(role);
  }

  /// @param path null when it is not known: then only qualified names are
  @Nullable PathOids resolve(@Nullable SearchPath path, String user) {
    if (path == null) {
      return null;
    }
    boolean implicit = !path.names().contains(BuiltIns.SCHEMA);
    int[] oids = new int[path.names().size() + 1];
    boolean[] open = new boolean[oids.length];
    int count = 0;
    if (implicit) {
      open[count] = true;
      oids[count++] = system;
    }
    for (String name : path.names()) {
      Schema schema = schemas.get(name.equals(SearchPath.USER) ? user : name);
      if (schema != null) {
        open[count] = schema.open();
        oids[count++] = schema.oid();
      }
    }
    return new PathOids(Arrays.copyOf(oids, count), Arrays.copyOf(open, count));
  }

  Effect effect(FunctionCall call, @Nullable PathOids path) {
    if (onlyStrings(call)) {
      Effect effect = effect(call, path, true);
      if (effect != Effect.UNKNOWN) {
        return special(call, effect);
      }
    }
    return special(call, effect(call, path, false));
  }

  /// Of all that the call may mean, the worst.
  ///
  /// @param asStrings leaves out what does not take strings; UNKNOWN when that decides nothing
  private Effect effect(FunctionCall call, @Nullable PathOids path, boolean asStrings) {
    Routine[] all = routines.getOrDefault(call.name().name(), NO_ROUTINES);
    int arguments = Math.max(0, call.arguments());
    Effect effect = Effect.UNKNOWN;
    for (Routine one : all) {
      if (!one.fits(arguments) || !candidate(all, one, call.name(), path)) {
        continue;
      }
      if (asStrings && !one.plain(arguments)) {
        return Effect.UNKNOWN;
      }
      if (!asStrings || takesStrings(one, arguments)) {
        effect = worst(effect, one.effect);
      }
    }
    return effect;
  }

  /// Whether the call may mean a function that is known.
  boolean knows(FunctionCall call) {
    for (Routine one : routines.getOrDefault(call.name().name(), NO_ROUTINES)) {
      if (one.fits(Math.max(0, call.arguments()))) {
        return true;
      }
    }
    return false;
  }

  /// Whether the call may mean a function that may change definitions.
  boolean defines(FunctionCall call) {
    for (Routine one : routines.getOrDefault(call.name().name(), NO_ROUTINES)) {
      if (one.defines && one.fits(Math.max(0, call.arguments()))) {
        return true;
      }
    }
    return false;
  }

  /// Whether a function of this name may change definitions.
  boolean defines(String function) {
    for (Routine one : routines.getOrDefault(function, NO_ROUTINES)) {
      if (one.defines) {
        return true;
      }
    }
    return false;
  }

  private static Effect worst(Effect one, Effect other) {
    return one == Effect.WRITES ? one : other;
  }

  private static Effect special(FunctionCall call, Effect effect) {
    return effect == Effect.READS && call.name().name().equals(BuiltIns.CURRENT_SETTING)
        ? BuiltIns.currentSetting(call)
        : effect;
  }

  /// A call whose arguments are all string constants is resolved as PostgreSQL does it
  /// (`func_select_candidate`): where a candidate takes strings, those win.
  private static boolean onlyStrings(FunctionCall call) {
    int arguments = call.arguments();
    if (arguments <= 0 || call.literals().size() != arguments) {
      return false;
    }
    for (int i = 0; i < arguments; i++) {
      if (!surelyString(call.literals().get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Numbers do not begin with a letter; the three words below may stand without quotes.
  private static boolean surelyString(String literal) {
    return !literal.isEmpty()
        && Character.isLetter(literal.charAt(0))
        && !literal.equalsIgnoreCase("true")
        && !literal.equalsIgnoreCase("false")
        && !literal.equalsIgnoreCase("null");
  }

  private static boolean takesStrings(Routine routine, int arguments) {
    for (int i = 0; i < arguments; i++) {
      if (!routine.takesString(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a call of this name may mean this one.
  private boolean candidate(
      Routine[] all, Routine one, QualifiedName name, @Nullable PathOids path) {
    if (name.qualified()) {
      return one.schema == oid(name.schema());
    }
    if (path == null) {
      return false;
    }
    int place = place(path, one.schema);
    return place >= 0 && (all.length == 1 || !hidden(all, one, path, place));
  }

  private static int place(PathOids path, int schema) {
    for (int i = 0; i < path.schemas.length; i++) {
      if (path.schemas[i] == schema) {
        return i;
      }
    }
    return -1;
  }

  private static boolean hidden(Routine[] all, Routine one, PathOids path, int place) {
    for (Routine other : all) {
      if (other.schema != one.schema && other.sameSignature(one)) {
        int before = place(path, other.schema);
        if (before >= 0 && before < place && path.open[before]) {
          return true;
        }
      }
    }
    return false;
  }

  Effect operator(QualifiedName name, @Nullable PathOids path) {
    Effect effect = Effect.UNKNOWN;
    int schema = name.qualified() ? oid(name.schema()) : NO_SCHEMA;
    for (Operator one : operators.getOrDefault(name.name(), NO_OPERATORS)) {
      boolean meant =
          name.qualified()
              ? one.schema() == schema
              : path != null && place(path, one.schema()) >= 0;
      if (meant) {
        effect = worst(effect, one.effect());
      }
    }
    return effect;
  }

  RelationKind kind(QualifiedName name, @Nullable PathOids path) {
    Relation[] all = relations.getOrDefault(name.name(), NO_RELATIONS);
    if (name.qualified()) {
      return kind(all, oid(name.schema()));
    }
    if (path == null) {
      return RelationKind.UNKNOWN;
    }
    RelationKind worst = null;
    for (int i = 0; i < path.schemas.length; i++) {
      RelationKind kind = find(all, path.schemas[i]);
      if (kind != null) {
        worst = worst == null ? kind : Relation.worse(worst, kind);
        if (path.open[i]) {
          return worst;
        }
      }
    }
    return worst == null ? RelationKind.UNKNOWN : worst;
  }

  private static RelationKind kind(Relation[] all, int schema) {
    RelationKind kind = find(all, schema);
    return kind == null ? RelationKind.UNKNOWN : kind;
  }

  private static @Nullable RelationKind find(Relation[] all, int schema) {
    for (Relation one : all) {
      if (one.schema() == schema) {
        return one.kind();
      }
    }
    return null;
  }

  private int oid(String schema) {
    Schema known = schemas.get(schema);
    return known == null ? NO_SCHEMA : known.oid();
  }
}
