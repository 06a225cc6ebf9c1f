package org.relevo.proxy.routing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.testkit.Facts;
import org.relevo.proxy.testkit.FakeCatalog;
import org.relevo.proxy.testkit.FakeSession;
import org.relevo.proxy.testkit.Nodes;
import org.relevo.proxy.testkit.Rules;

/// One row of `cases.txt`: a statement in a state, where it goes, and what pgpool-II does.
///
/// @param section heading of the rows
record RouteCase(String section, Map<String, String> values) {
  /// One primary that takes no balanced reads and one standby that takes all.
  private static final String NODES = "0:primary weight=0, 1:standby";

  static List<RouteCase> all() {
    List<RouteCase> cases = new ArrayList<>();
    String section = "";
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : (text() + "\n\n").split("\n", -1)) {
      if (line.startsWith("== ")) {
        section = line.substring(3);
      } else if (line.isBlank()) {
        if (!values.isEmpty()) {
          cases.add(new RouteCase(section, Map.copyOf(values)));
          values.clear();
        }
      } else if (!line.startsWith("#")) {
        String[] pair = line.split(":", 2);
        String before = values.put(pair[0].strip(), pair[1].strip());
        if (before != null) {
          throw new IllegalStateException("twice in one case: " + line);
        }
      }
    }
    return List.copyOf(cases);
  }

  private static String text() {
    try (InputStream in =
        Objects.requireNonNull(RouteCase.class.getResourceAsStream("cases.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String value(String name) {
    return values.getOrDefault(name, "");
  }

  String sql() {
    return Objects.requireNonNull(values.get("sql"), values.toString());
  }

  /// Whether [#sql()] is SQL and not a story.
  boolean isSql() {
    return !value("sql").contains("then ");
  }

  /// As a client sends it.
  byte[] bytes() {
    return sql().replace('␠', ' ').getBytes(StandardCharsets.UTF_8);
  }

  /// What casts, domains and operators of the database may do, when that is not only to read.
  String unnamed() {
    return value("unnamed");
  }

  String state() {
    return value("state");
  }

  String rules() {
    return value("rules");
  }

  /// What EXECUTE runs: the first word of the facts is enough for people.
  String prepared() {
    String prepared = value("prepared");
    return prepared.isEmpty() ? "" : prepared.split(" ", -1)[1];
  }

  String nodes() {
    return values.getOrDefault("nodes", NODES);
  }

  boolean usualNodes() {
    return !values.containsKey("nodes");
  }

  String goes() {
    return value("goes");
  }

  Reason reason() {
    return Reason.valueOf(value("reason"));
  }

  /// "" when it does the same.
  String pgpool() {
    return value("pgpool");
  }

  String why() {
    return value("why");
  }

  /// What the parser tells of the text, written by hand.
  StatementClass facts() {
    return Facts.of(value("facts"));
  }

  Route route() {
    return route(facts());
  }

  Route route(StatementClass statements) {
    FakeSession session = FakeSession.of(state());
    if (values.containsKey("prepared")) {
      String[] prepared = value("prepared").split(" ", 2);
      session.prepare(prepared[0], Facts.statement(prepared[1]));
    }
    FakeCatalog catalog =
        values.containsKey("unnamed")
            ? new FakeCatalog(Catalog.Effect.valueOf(value("unnamed")))
            : new FakeCatalog();
    return new Router(Rules.of(rules()))
        .route(statements, () -> sql(), session, Nodes.of(nodes()), catalog, () -> 0.5);
  }

  /// As the column [#goes()] has it.
  static String goes(Route route) {
    return switch (route.target()) {
      case PRIMARY -> "primary";
      case SESSION -> "session";
      case NODE -> "node " + route.requireNode().value();
    };
  }

  @Override
  public String toString() {
    return sql() + (state().isEmpty() ? "" : " [" + state() + "]");
  }
}
