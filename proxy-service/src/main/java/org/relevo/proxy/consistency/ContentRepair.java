package org.relevo.proxy.consistency;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.ContentTable;
import org.relevo.jmx.contract.RepairPlan;
import org.relevo.jmx.contract.RepairReport;
import org.relevo.jmx.contract.RepairStep;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.TrafficGate;

/// Plans and carries out what makes rows those of a reference node. Plans are made of the rows as
/// they are now; carrying one out makes it anew while nobody writes, and does nothing when it is
/// another one by then.
///
/// Owner: the caller of one plan or repair.
final class ContentRepair {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final Duration HOLD = Duration.ofSeconds(50);

  private final ContentRun run;
  private final ClusterView view;
  private final TrafficGate gate;
  private final ConsistencySettings settings;

  ContentRepair(ContentRun run, ClusterView view, TrafficGate gate, ConsistencySettings settings) {
    this.run = run;
    this.view = view;
    this.gate = gate;
    this.settings = settings;
  }

  /// @throws IllegalStateException when a node does not answer
  RepairPlan plan(int referenceNodeId) {
    NodeView reference =
        view.nodes().stream()
            .filter(each -> each.id().value() == referenceNodeId)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no node " + referenceNodeId));
    List<RepairStep> steps = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (Connection right = open(reference)) {
      for (NodeView node : view.nodes()) {
        if (node.id().equals(reference.id())) {
          continue;
        }
        if (node.role() == NodeView.Role.STANDBY) {
          notes.add(
              node.name()
                  + " is a standby, which nobody can write to: relevo ctl node recover "
                  + node.id().value());
          continue;
        }
        try (Connection wrong = open(node)) {
          for (ContentRun.Found found : run.found()) {
            statement(found, right, wrong)
                .ifPresent(sql -> steps.add(new RepairStep(node.id().value(), sql)));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "no plan: " + String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | "));
    }
    run.report().tables().stream()
        .filter(each -> each.differences() > 0 && !each.problem().isEmpty())
        .forEach(each -> notes.add(each.schema() + "." + each.table() + ": " + each.problem()));
    long rows =
        run.report().tables().stream()
            .filter(each -> each.problem().isEmpty())
            .mapToLong(ContentTable::differences)
            .sum();
    if (rows > run.found().size()) {
      notes.add("only the first " + run.found().size() + " rows are planned for; compare again");
    }
    return new RepairPlan(id(steps), referenceNodeId, steps, notes);
  }

  /// Holds new transactions, makes sure that the plan is still right, and carries it out.
  RepairReport apply(RepairPlan plan) {
    String operation = "repair-" + plan.id();
    long began = System.nanoTime();
    int applied = 0;
    String problem = "";
    try {
      gate.hold(operation, HOLD)
          .toCompletableFuture()
          .get(settings.holdLimit().toMillis(), TimeUnit.MILLISECONDS);
      if (!plan(plan.referenceNodeId()).id().equals(plan.id())) {
        problem = "rows have changed since the plan was made; nothing was done: plan again";
      } else {
        for (Map.Entry<Integer, List<RepairStep>> node : byNode(plan).entrySet()) {
          applied += onNode(node.getKey(), node.getValue());
        }
      }
    } catch (TimeoutException e) {
      problem = "transactions did not end in time; nothing was done";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem = "interrupted";
    } catch (ExecutionException | SQLException | IllegalStateException e) {
      problem = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | ");
    } finally {
      gate.release(operation);
    }
    long heldMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    return new RepairReport(plan.id(), applied, heldMs, problem);
  }

  private static Map<Integer, List<RepairStep>> byNode(RepairPlan plan) {
    return plan.steps().stream()
        .collect(
            Collectors.groupingBy(RepairStep::nodeId, LinkedHashMap::new, Collectors.toList()));
  }

  private int onNode(int nodeId, List<RepairStep> steps) throws SQLException {
    NodeView node =
        view.nodes().stream()
            .filter(each -> each.id().value() == nodeId)
            .findFirst()
            .orElseThrow(() -> new SQLException("there is no node " + nodeId));
    try (Connection connection = open(node);
        Statement statement = connection.createStatement()) {
      connection.setReadOnly(false);
      connection.setAutoCommit(false);
      // Triggers and foreign keys had their say when the reference's rows were written.
      statement.execute("SET LOCAL session_replication_role = replica");
      for (RepairStep step : steps) {
        int changed = statement.executeUpdate(step.sql());
        if (changed != 1) {
          connection.rollback();
          throw new SQLException(node.name() + ": " + changed + " rows changed by " + step.sql());
        }
      }
      connection.commit();
      return steps.size();
    }
  }

  private Connection open(NodeView node) throws SQLException {
    Connection connection =
        ContentWalk.target(settings, node, run.database())
            .open("relevo repair", CONNECT_LIMIT, ANSWER_LIMIT);
    ContentReader.prepare(connection);
    return connection;
  }

  /// Empty when the row is the same already.
  private static Optional<String> statement(
      ContentRun.Found found, Connection right, Connection wrong) throws SQLException {
    ContentTableShape table = found.range().table();
    List<String> key = found.difference().key();
    Optional<List<String>> wanted = values(right, table, key);
    Optional<List<String>> has = values(wrong, table, key);
    if (wanted.equals(has)) {
      return Optional.empty();
    }
    if (wanted.isEmpty()) {
      return Optional.of("DELETE FROM ONLY " + table.quotedName() + where(right, table, key));
    }
    List<String> names = new ArrayList<>();
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      ContentTableShape.Column column = table.columns().get(i);
      if (!column.generated()) {
        names.add(column.quoted());
        literals.add("CAST(" + wanted.get().get(i) + " AS " + column.type() + ")");
      }
    }
    if (has.isEmpty()) {
      return Optional.of(
          "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)"
              .formatted(
                  table.quotedName(), String.join(", ", names), String.join(", ", literals)));
    }
    List<String> settings = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (table.key().stream().noneMatch(each -> each.quoted().equals(name))) {
        settings.add(name + " = " + literals.get(i));
      }
    }
    return Optional.of(
        "UPDATE ONLY "
            + table.quotedName()
            + " SET "
            + String.join(", ", settings)
            + where(right, table, key));
  }

  private static String where(Connection connection, ContentTableShape table, List<String> key)
      throws SQLException {
    List<String> conditions = new ArrayList<>();
    try (PreparedStatement quote = connection.prepareStatement("SELECT quote_literal(?)")) {
      for (int i = 0; i < key.size(); i++) {
        quote.setString(1, key.get(i));
        try (ResultSet row = quote.executeQuery()) {
          row.next();
          ContentTableShape.Column column = table.key().get(i);
          conditions.add(
              column.quoted() + " = CAST(" + row.getString(1) + " AS " + column.type() + ")");
        }
      }
    }
    return " WHERE " + String.join(" AND ", conditions);
  }

  /// Each column's value as a literal; empty when there is no such row.
  private static Optional<List<String>> values(
      Connection connection, ContentTableShape table, List<String> key) throws SQLException {
    String columns =
        table.columns().stream()
            .map(each -> "quote_nullable(" + each.quoted() + "::text)")
            .collect(Collectors.joining(", "));
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT "
                + columns
                + " FROM ONLY "
                + table.quotedName()
                + " WHERE "
                + table.keyEquals())) {
      for (int i = 0; i < key.size(); i++) {
        query.setString(i + 1, key.get(i));
      }
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= table.columns().size(); i++) {
          values.add(row.getString(i));
        }
        return Optional.of(values);
      }
    }
  }

  private static String id(List<RepairStep> steps) {
    if (steps.isEmpty()) {
      return "";
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (RepairStep step : steps) {
        digest.update((step.nodeId() + ":" + step.sql() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
