package org.relevo.proxy.determinism;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.determinism.WriteShape.Action;
import org.relevo.proxy.sql.QualifiedName;

/// Reads a [WriteShape] out of tokens whose order the grammar has proven. What it does not
/// understand it leaves out or tells as the worse case.
///
/// Owner: one call.
final class WriteReader {
  private static final Set<String> VERBS = Set.of("insert", "update", "delete");
  private static final Set<String> RETURNING = Set.of("returning");
  private static final Set<String> AFTER_SET = Set.of("from", "where", "returning");
  private static final Set<String> AFTER_DELETE = Set.of("using", "where", "returning");
  private static final Set<String> CONFLICT = Set.of("on");

  private final Tokens tokens;
  private int at;
  private boolean bounded;

  private WriteReader(Tokens tokens) {
    this.tokens = tokens;
  }

  /// @return empty when it is no INSERT, UPDATE or DELETE, or not understood
  static Optional<WriteShape> read(Tokens tokens) {
    return new WriteReader(tokens).read();
  }

  private Optional<WriteShape> read() {
    bounded = tokens.is(0, "with");
    at = tokens.find(0, VERBS);
    if (at >= tokens.size()) {
      return Optional.empty();
    }
    String verb = tokens.text(at++);
    return switch (verb) {
      case "insert" -> insert();
      case "update" -> update();
      default -> delete();
    };
  }

  private Optional<WriteShape> insert() {
    if (!tokens.is(at++, "into")) {
      return Optional.empty();
    }
    int written = at;
    QualifiedName table = name();
    String alias = table.name();
    if (tokens.is(at, "as")) {
      alias = tokens.text(at + 1);
      at += 2;
    }
    List<String> columns = new ArrayList<>();
    if (tokens.isSign(at, "(") && !tokens.is(at + 1, "select") && !tokens.is(at + 1, "with")) {
      if (!columns(columns)) {
        return Optional.empty();
      }
    }
    if (tokens.is(at, "overriding")) {
      at += 3;
    }
    boolean values = tokens.is(at, "values") && !tokens.has("select") && !tokens.has("table");
    boolean allDefaults = tokens.is(at, "default");
    bounded |= !values && !allDefaults;
    int conflict = conflict();
    boolean updates =
        conflict < tokens.size()
            && tokens.find(conflict, Set.of("do")) < tokens.size()
            && tokens.is(tokens.find(conflict, Set.of("do")) + 1, "update");
    if (written == at) {
      return Optional.empty();
    }
    return Optional.of(
        new WriteShape(
            Action.INSERT,
            table,
            alias,
            columns,
            values || allDefaults,
            allDefaults || tokens.has("default"),
            List.of(),
            returning() < tokens.size(),
            conflict < tokens.size(),
            updates,
            bounded));
  }

  private int conflict() {
    int on = tokens.find(at, CONFLICT);
    while (on < tokens.size() && !tokens.is(on + 1, "conflict")) {
      on = tokens.find(on + 1, CONFLICT);
    }
    return on;
  }

  private int returning() {
    return tokens.find(at, RETURNING);
  }

  private Optional<WriteShape> update() {
    String alias = target(Set.of("set"));
    if (!tokens.is(at++, "set")) {
      return Optional.empty();
    }
    int end = tokens.find(at, AFTER_SET);
    List<String> columns = new ArrayList<>();
    boolean first = true;
    for (int i = at; i < end; i++) {
      if (tokens.depth(i) == 0 && (first || tokens.isSign(i - 1, ","))) {
        first = false;
        if (!assigned(i, end, columns)) {
          return Optional.empty();
        }
      }
    }
    bounded |= tokens.is(end, "from") || tokens.has("select");
    return Optional.of(shape(Action.UPDATE, alias, columns, end));
  }

  /// `c = …`, `c[1] = …`, `c.f = …` or `(c, d) = …`.
  private boolean assigned(int from, int end, List<String> columns) {
    if (tokens.isSign(from, "(")) {
      for (int i = from + 1; i < end && !(tokens.isSign(i, ")") && tokens.depth(i) == 0); i++) {
        if (tokens.isName(i) && !tokens.isSign(i - 1, ".")) {
          columns.add(tokens.text(i));
        }
      }
      return true;
    }
    if (!tokens.isName(from)) {
      return false;
    }
    columns.add(tokens.text(from));
    return true;
  }

  private Optional<WriteShape> delete() {
    if (!tokens.is(at++, "from")) {
      return Optional.empty();
    }
    String alias = target(AFTER_DELETE);
    bounded |= tokens.is(at, "using") || tokens.has("select");
    return Optional.of(shape(Action.DELETE, alias, List.of(), tokens.find(at, AFTER_DELETE)));
  }

  private QualifiedName table = new QualifiedName("", "");

  /// `[ONLY] name [*] [[AS] alias]`.
  private String target(Set<String> next) {
    if (tokens.is(at, "only")) {
      at++;
    }
    boolean open = tokens.isSign(at, "(");
    at += open ? 1 : 0;
    table = name();
    at += open ? 1 : 0;
    if (tokens.isSign(at, "*")) {
      at++;
    }
    if (tokens.is(at, "as")) {
      at += 2;
      return tokens.text(at - 1);
    }
    boolean alias = tokens.isName(at) && !next.contains(tokens.text(at));
    if (alias) {
      return tokens.text(at++);
    }
    return table.name();
  }

  private WriteShape shape(Action action, String alias, List<String> columns, int from) {
    int where = tokens.find(from, Set.of("where"));
    int end = tokens.find(from, RETURNING);
    List<String> keys = where < end && !bounded ? keys(where + 1, end) : List.of();
    return new WriteShape(
        action,
        table,
        alias,
        columns,
        !bounded,
        tokens.has("default"),
        keys,
        end < tokens.size(),
        false,
        false,
        bounded);
  }

  /// The columns of `a = 1 AND t.b = $2 …`; none when it is anything else.
  private List<String> keys(int from, int end) {
    List<String> keys = new ArrayList<>();
    int i = from;
    while (i < end) {
      int column = i;
      if (!tokens.isName(column)) {
        return List.of();
      }
      i++;
      if (tokens.isSign(i, ".") && tokens.isName(i + 1)) {
        column = i + 1;
        i += 2;
      }
      if (!tokens.isSign(i++, "=")) {
        return List.of();
      }
      i += tokens.isSign(i, "-") ? 1 : 0;
      if (!tokens.isValue(i++)) {
        return List.of();
      }
      if (tokens.isCast(i)) {
        if (!tokens.isName(i + 1)) {
          return List.of();
        }
        i += 2;
      }
      keys.add(tokens.text(column));
      if (i < end && !tokens.is(i++, "and")) {
        return List.of();
      }
    }
    return keys;
  }

  private boolean columns(List<String> columns) {
    at++;
    while (at < tokens.size() && !(tokens.isSign(at, ")") && tokens.depth(at) == 0)) {
      if (tokens.depth(at) == 1 && (tokens.isSign(at - 1, "(") || tokens.isSign(at - 1, ","))) {
        if (!tokens.isName(at)) {
          return false;
        }
        columns.add(tokens.text(at));
      }
      at++;
    }
    at++;
    return true;
  }

  private QualifiedName name() {
    String name = tokens.text(at++);
    String schema = "";
    while (tokens.isSign(at, ".")) {
      schema = name;
      name = tokens.text(at + 1);
      at += 2;
    }
    return new QualifiedName(schema, name);
  }
}
