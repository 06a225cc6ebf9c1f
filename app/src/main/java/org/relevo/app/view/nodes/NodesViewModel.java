package org.relevo.app.view.nodes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ChangeListener;
import javafx.beans.value.ObservableValue;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.Durations;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Freshness;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.contract.Role;

/// Rows, the selected node's two views, and whether a switchover to it may be asked for.
///
/// Owner: FX thread.
public final class NodesViewModel {
  /// One line of a detail card.
  public record Fact(String name, String value) {}

  private final ClusterModel model;
  private final Texts texts;
  private final Clock clock;
  private final ObservableList<NodeRow> rows = FXCollections.observableArrayList();
  private final ObjectProperty<@Nullable NodeRow> selected = new SimpleObjectProperty<>();
  private final ObservableList<Fact> serviceFacts = FXCollections.observableArrayList();
  private final ObservableList<Fact> postgresFacts = FXCollections.observableArrayList();
  private final ReadOnlyObjectWrapper<NodeRow.Cell> agreement =
      new ReadOnlyObjectWrapper<>(NodeRow.Cell.EMPTY);
  private final ReadOnlyObjectWrapper<String> refusal = new ReadOnlyObjectWrapper<>("");

  public NodesViewModel(ClusterModel model, Texts texts, Clock clock) {
    this.model = model;
    this.texts = texts;
    this.clock = clock;
    // Change listeners: an invalidation is told once until somebody reads the value again.
    ChangeListener<Object> refresh = (_, _, _) -> update();
    for (ObservableValue<?> input :
        List.<ObservableValue<?>>of(
            model.statusProperty(),
            model.oldestAgeProperty(),
            model.connectionProperty(),
            model.roleProperty(),
            model.operationProperty(),
            texts.localeProperty(),
            selected)) {
      input.addListener(refresh);
    }
    model.nodes().addListener((ListChangeListener<NodeInfo>) _ -> update());
    update();
  }

  public ObservableList<NodeRow> rows() {
    return rows;
  }

  public ObjectProperty<@Nullable NodeRow> selectedProperty() {
    return selected;
  }

  /// What the service holds of the selected node.
  public ObservableList<Fact> serviceFacts() {
    return serviceFacts;
  }

  /// What PostgreSQL itself says.
  public ObservableList<Fact> postgresFacts() {
    return postgresFacts;
  }

  /// Whether the two views agree.
  public ReadOnlyObjectProperty<NodeRow.Cell> agreementProperty() {
    return agreement.getReadOnlyProperty();
  }

  /// Why a switchover to the selected node cannot be asked for, "" when it can.
  public ReadOnlyObjectProperty<String> refusalProperty() {
    return refusal.getReadOnlyProperty();
  }

  private void update() {
    for (int i = 0; i < model.nodes().size(); i++) {
      NodeInfo node = model.nodes().get(i);
      if (i >= rows.size()) {
        rows.add(new NodeRow(node));
      } else if (rows.get(i).id() != node.id()) {
        rows.set(i, new NodeRow(node));
      }
      rows.get(i).update(node, model.nodeAge(node.id()), texts);
    }
    if (rows.size() > model.nodes().size()) {
      rows.remove(model.nodes().size(), rows.size());
    }
    NodeRow row = selected.get();
    Optional<NodeInfo> node = row == null ? Optional.empty() : model.node(row.id());
    replace(serviceFacts, node.map(this::asServiceSees).orElse(List.of()));
    replace(postgresFacts, node.map(this::asPostgresSays).orElse(List.of()));
    agreement.set(node.map(this::agreementOf).orElse(NodeRow.Cell.EMPTY));
    refusal.set(node.map(this::refusalOf).orElseGet(() -> texts.text("nodes.refusal.none")));
  }

  /// Changes only the lines that differ, so that nothing flickers.
  private static void replace(ObservableList<Fact> shown, List<Fact> wanted) {
    if (shown.size() != wanted.size()) {
      shown.setAll(wanted);
      return;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!shown.get(i).equals(wanted.get(i))) {
        shown.set(i, wanted.get(i));
      }
    }
  }

  private List<Fact> asServiceSees(NodeInfo node) {
    ClusterStatus status = model.statusProperty().get();
    boolean primary = status != null && status.primaryNodeId() == node.id();
    Instant since = Instant.ofEpochMilli(node.sinceEpochMs());
    List<Fact> facts = new ArrayList<>();
    facts.add(fact("nodes.fact.id", Integer.toString(node.id())));
    facts.add(fact("nodes.fact.address", node.host() + ":" + node.port()));
    facts.add(
        fact(
            "nodes.fact.routed",
            known(node, texts.text(primary ? "nodes.routed.writes" : "nodes.routed.no"))));
    facts.add(fact("nodes.fact.status", known(node, texts.text("nodestatus." + node.status()))));
    facts.add(fact("nodes.fact.reason", node.statusReason()));
    facts.add(
        fact(
            "nodes.fact.since",
            Durations.time(since, clock.getZone())
                + " ("
                + Durations.age(Duration.between(since, clock.instant()), texts.locale())
                + ")"));
    facts.add(
        fact("nodes.fact.local", texts.text(node.local() ? "nodes.local.yes" : "nodes.local.no")));
    return facts;
  }

  private List<Fact> asPostgresSays(NodeInfo node) {
    List<Fact> facts = new ArrayList<>();
    facts.add(fact("nodes.fact.role", known(node, texts.text("noderole." + node.role()))));
    facts.add(fact("nodes.fact.version", dashed(node.serverVersion())));
    facts.add(
        fact("nodes.fact.timeline", node.timeline() < 0 ? "–" : Long.toString(node.timeline())));
    facts.add(fact("nodes.fact.replayed", dashed(node.replayedLsn())));
    facts.add(fact("nodes.fact.lag", NodeRow.lagText(node, texts.locale())));
    facts.add(fact("nodes.fact.activity", activity(node)));
    facts.add(fact("nodes.fact.system", dashed(node.systemIdentifier())));
    facts.add(fact("nodes.fact.folder", dashed(node.dataDirectory())));
    return facts;
  }

  private String activity(NodeInfo node) {
    String problem = model.postgresProblem(node.id());
    if (!problem.isEmpty()) {
      return problem;
    }
    List<PostgresSample> samples = model.postgres(node.id()).samples();
    if (samples.isEmpty()) {
      return "–";
    }
    PostgresSample last = samples.getLast();
    return texts.text("nodes.activity", last.backends(), Math.round(last.commitsPerSecond()));
  }

  private NodeRow.Cell agreementOf(NodeInfo node) {
    ClusterStatus status = model.statusProperty().get();
    if (status == null || Freshness.of(model.nodeAge(node.id())) == Freshness.UNKNOWN) {
      return new NodeRow.Cell("", Mark.UNKNOWN, texts.text("nodes.agree.unknown"));
    }
    boolean routed = status.primaryNodeId() == node.id();
    return switch (node.role()) {
      case UNKNOWN -> new NodeRow.Cell("", Mark.UNKNOWN, texts.text("nodes.agree.unknown"));
      case PRIMARY ->
          routed
              ? new NodeRow.Cell("", Mark.OK, texts.text("nodes.agree.yes"))
              : new NodeRow.Cell("", Mark.CRITICAL, texts.text("nodes.agree.second-primary"));
      case STANDBY ->
          routed
              ? new NodeRow.Cell("", Mark.CRITICAL, texts.text("nodes.agree.not-writable"))
              : new NodeRow.Cell("", Mark.OK, texts.text("nodes.agree.yes"));
    };
  }

  private String refusalOf(NodeInfo node) {
    ClusterStatus status = model.statusProperty().get();
    if (!(model.connectionProperty().get() instanceof ConnectionState.Connected)) {
      return texts.text("nodes.refusal.connection");
    }
    if (!model.roleProperty().get().includes(Role.OPERATOR)) {
      return texts.text("nodes.refusal.role", texts.text("role." + model.roleProperty().get()));
    }
    if (status != null && !status.runningOperationId().isEmpty()) {
      return texts.text("nodes.refusal.running", status.runningOperationId());
    }
    if (node.role() == NodeRole.PRIMARY) {
      return texts.text("nodes.refusal.primary", node.name());
    }
    if (node.status() != NodeStatus.UP) {
      return texts.text(
          "nodes.refusal.status", node.name(), texts.text("nodestatus." + node.status()));
    }
    return "";
  }

  /// What is too old to believe is not shown as if it held.
  private String known(NodeInfo node, String value) {
    return Freshness.of(model.nodeAge(node.id())) == Freshness.UNKNOWN
        ? Mark.UNKNOWN.symbol() + " " + texts.text("nodes.unknown")
        : value;
  }

  private Fact fact(String key, String value) {
    return new Fact(texts.text(key), value);
  }

  private static String dashed(String text) {
    return text.isEmpty() ? "–" : text;
  }
}
