package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.RouteExplanation;
import org.relevo.jmx.contract.RouteNode;
import org.relevo.jmx.contract.RoutedStatement;
import org.relevo.jmx.contract.RoutingMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `explain-route SQL`.
@Command(
    name = "explain-route",
    description = {
      "Tells where a statement goes and why; runs nothing.",
      "With --data, --user names the role of the session."
    })
final class ExplainRouteCommand extends RemoteCommand {
  @Parameters(paramLabel = "SQL", description = "One query string.")
  String sql = "";

  @Option(
      names = "--for-user",
      paramLabel = "U",
      description = "Role of the session; with --connect the only way to name it.")
  @Nullable String forUser;

  @Option(names = "--database", paramLabel = "D", description = "Database of the session.")
  String database = "";

  @Override
  void checkArguments() {
    if (sql.length() > RoutingMXBean.MAX_TEXT) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS,
          "the statement has more than " + RoutingMXBean.MAX_TEXT + " characters");
    }
  }

  @Override
  int run(JmxConnection service, Output output) {
    RouteExplanation route = service.routing().explainRoute(sql, user(), database);
    if (output.json()) {
      output.json(route);
      return ExitCode.DONE;
    }
    output.fields(
        List.of(
            List.of("goes to", place(route)),
            List.of("rule", route.reason()),
            List.of("because", route.rule()),
            List.of("writes", route.writes() ? "maybe" : "no")));
    for (RoutedStatement statement : route.statements()) {
      output.line("");
      output.fields(facts(statement));
    }
    output.line("");
    output.table(
        List.of("ID", "NAME", "ROLE", "WEIGHT", "REPLAYED", "LAG_BYTES", "LAG_MS", "BUSY", "ZONE"),
        route.nodes().stream().map(ExplainRouteCommand::row).toList());
    return ExitCode.DONE;
  }

  /// With --data the login is found there: a user without a password is then the session's.
  private String user() {
    if (forUser != null) {
      return forUser;
    }
    ConnectOptions common = ((CtlMain) spec.root().userObject()).connection;
    boolean login = common.data == null || common.passwordFile != null;
    return login || common.user == null ? "" : common.user;
  }

  private static String place(RouteExplanation route) {
    String node = route.nodeId() < 0 ? "" : " " + route.nodeId() + " (" + route.nodeName() + ")";
    return switch (route.target()) {
      case "session" -> "every node that the session uses";
      case "primary" ->
          "the primary" + (node.isEmpty() ? ", of which there is none" : ", node" + node);
      default -> "node" + node;
    };
  }

  private static List<List<String>> facts(RoutedStatement statement) {
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("statement", statement.text()));
    facts.add(
        List.of(
            "kind",
            statement.kind().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (statement.readOnly() ? ", reads by its syntax" : "")));
    facts.add(List.of("alone", statement.target() + ", " + statement.reason()));
    add(facts, "reads", statement.reads());
    add(facts, "writes", statement.writes());
    add(facts, "calls", statement.functions());
    add(facts, "operators", statement.operators());
    add(facts, "sets", statement.settings());
    return facts;
  }

  private static void add(List<List<String>> facts, String name, List<String> values) {
    if (!values.isEmpty()) {
      facts.add(List.of(name, String.join(", ", values)));
    }
  }

  private static List<String> row(RouteNode node) {
    return List.of(
        Integer.toString(node.id()),
        node.name(),
        node.standby() ? "standby" : "primary",
        Double.toString(node.weight()),
        node.replayedLsn().isEmpty() ? "-" : node.replayedLsn(),
        Output.number(node.lagBytes()),
        Output.number(node.lagMs()),
        Integer.toString(node.busy()),
        node.zone().isEmpty() ? "-" : node.zone());
  }
}
