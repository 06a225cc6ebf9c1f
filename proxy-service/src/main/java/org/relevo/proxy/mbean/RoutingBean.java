package org.relevo.proxy.mbean;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.RouteExplanation;
import org.relevo.jmx.contract.RouteNode;
import org.relevo.jmx.contract.RoutedStatement;
import org.relevo.jmx.contract.RoutingMXBean;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.RouteExplainer;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;

/// Where statements go and why. Owner: none; the explainer is thread-safe.
public final class RoutingBean implements RoutingMXBean {
  private final RouteExplainer explainer;

  public RoutingBean(RouteExplainer explainer) {
    this.explainer = explainer;
  }

  @Override
  public List<RouteNode> getNodes() {
    return nodes(explainer.view());
  }

  @Override
  public RouteExplanation explainRoute(String sql, String user, String database) {
    if (sql.length() > MAX_TEXT) {
      throw new IllegalArgumentException("the statement has more than " + MAX_TEXT + " characters");
    }
    RouteExplainer.Explanation found = explainer.explain(sql, user, database);
    RoutingView.@Nullable Node node = found.node();
    Route route = found.route();
    return new RouteExplanation(
        lower(route.target()),
        node == null ? -1 : node.id().value(),
        node == null ? "" : node.name(),
        route.reason().name(),
        route.reason().rule(),
        route.writes(),
        found.text().parsed(),
        found.each().stream().map(part -> statement(sql, part, found.catalog())).toList(),
        nodes(found.view()));
  }

  private static List<RouteNode> nodes(RoutingView view) {
    return view.nodes().stream().map(RoutingBean::node).toList();
  }

  private static RoutedStatement statement(String sql, RouteExplainer.Part part, Catalog catalog) {
    SqlStatement statement = part.statement();
    Route route = part.route();
    return new RoutedStatement(
        statement.kind().name(),
        text(sql, statement),
        statement.readOnly(),
        statement.reads().stream()
            .map(name -> named(name) + " (" + lower(catalog.kind(name)) + ")")
            .toList(),
        statement.writes().stream().map(RoutingBean::named).toList(),
        statement.functions().stream()
            .map(call ->
                "%s/%s (%s)"
                    .formatted(
                        named(call.name()),
                        call.arguments() < 0 ? "*" : Integer.toString(call.arguments()),
                        lower(catalog.effect(call))))
            .toList(),
        statement.operators().stream()
            .map(name -> named(name) + " (" + lower(catalog.operator(name)) + ")")
            .toList(),
        statement.settings().stream()
            .map(change ->
                change.name() + " = " + change.value() + (change.local() ? " (local)" : ""))
            .toList(),
        route.target() == Route.Target.NODE
            ? "node " + route.requireNode().value()
            : lower(route.target()),
        route.reason().name());
  }

  /// Positions are bytes; a text with other letters than ASCII is shown from its beginning.
  private static String text(String sql, SqlStatement statement) {
    boolean positions =
        statement.from() >= 0
            && statement.to() <= sql.length()
            && statement.from() <= statement.to()
            && sql.chars().allMatch(c -> c < 128);
    String own = positions ? sql.substring(statement.from(), statement.to()) : sql;
    return own.length() <= RoutedStatement.MAX_TEXT
        ? own
        : own.substring(0, RoutedStatement.MAX_TEXT) + "…";
  }

  private static RouteNode node(RoutingView.Node node) {
    Lsn replayed = node.replayed();
    return new RouteNode(
        node.id().value(),
        node.name(),
        node.standby(),
        node.weight(),
        replayed == null ? "" : replayed.toString(),
        node.lagBytes(),
        node.lagMs(),
        node.busy(),
        node.zone());
  }

  private static String named(QualifiedName name) {
    return name.qualified() ? name.schema() + "." + name.name() : name.name();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
