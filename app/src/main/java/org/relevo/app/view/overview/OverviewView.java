package org.relevo.app.view.overview;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.Observable;
import javafx.collections.ListChangeListener;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.Protection;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.ControlData;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.Presence;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.ServiceGroup;

/// The first screen: is everything well, who is primary, what flows, what happened last.
///
/// Owner: FX thread.
public final class OverviewView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(3);
  private static final int EVENTS = 100;

  private final AppContext context;
  private final Texts texts;
  private final Poller<List<ServiceGroup>> poller;
  private final TopologyPane topology;
  private final GridPane facts = new GridPane();
  private final LiveTable<EventRecord> events;
  private final Page page;
  private List<ServiceGroup> groups = List.of();
  private boolean visible;

  public OverviewView(AppContext context) {
    super(ScreenId.OVERVIEW);
    this.context = context;
    texts = context.texts();
    poller =
        new Poller<>(
            context,
            "overview",
            PERIOD,
            service -> Presence.of(() -> service.serviceAddress().getGroups()).orElse(List.of()),
            answer -> {
              groups = answer;
              show();
            });
    topology = new TopologyPane(texts, this::openNode);
    events = events();
    page = new Page(context, "overview.title");
    Button operations =
        page.button(
            "overview-operations",
            "nav.operations",
            () -> context.navigator().show(ScreenId.OPERATIONS));
    page.tool(operations);
    page.problem(poller.problemProperty());
    page.body(topology);
    facts.setHgap(14);
    facts.setVgap(6);
    Label factsTitle = caption("overview.state");
    VBox card = new VBox(8, factsTitle, facts);
    card.getStyleClass().add("card");
    card.setPrefWidth(400);
    card.setMinWidth(400);
    VBox last = new VBox(8, caption("overview.events"), events.node());
    HBox.setHgrow(last, Priority.ALWAYS);
    HBox below = new HBox(14, card, last);
    below.setPrefHeight(270);
    below.setMinHeight(230);
    page.line(below);
    for (Observable input :
        List.<Observable>of(
            context.model().statusProperty(),
            context.model().controlProperty(),
            texts.localeProperty())) {
      input.addListener(_ -> show());
    }
    context.model().nodes().addListener((ListChangeListener<NodeInfo>) _ -> show());
    context.model().oldestAgeProperty().addListener((_, _, _) -> show());
  }

  @Override
  protected Page page() {
    return page;
  }

  @Override
  protected Poller<?> poller() {
    return poller;
  }

  @Override
  public void shown() {
    visible = true;
    super.shown();
    topology.live(true);
    show();
  }

  @Override
  public void hidden() {
    visible = false;
    super.hidden();
    topology.live(false);
  }

  @Override
  public Optional<String> csv() {
    return Optional.of(events.csv());
  }

  private Label caption(String key) {
    Label label = new Label();
    label.getStyleClass().add("section-title");
    label.textProperty().bind(texts.get(key));
    return label;
  }

  private void openNode(int nodeId) {
    context.navigator().showFor(ScreenId.NODES, nodeId);
  }

  private LiveTable<EventRecord> events() {
    LiveTable<EventRecord> table = new LiveTable<>(texts, "overview-events", EventRecord::sequence);
    table
        .text("operations.at", 80, e -> at(e.atEpochMs()))
        .column(
            "overview.level",
            95,
            e -> Cell.state(Mark.of(e.level()), e.level().name().toLowerCase(Locale.ROOT)))
        .text("overview.event", 170, EventRecord::name)
        .text("overview.text", 255, EventRecord::text);
    return table.placeholder(
        new EmptyState("☰", texts.get("overview.quiet"), texts.get("overview.quiet.text")));
  }

  private String at(long epochMs) {
    return Durations.time(Instant.ofEpochMilli(epochMs), context.clock().getZone());
  }

  private void show() {
    if (!visible) {
      return;
    }
    topology.show(Topology.of(context.model(), texts, groups));
    List<EventRecord> all = context.model().events().samples();
    events.show(all.subList(Math.max(0, all.size() - EVENTS), all.size()).reversed());
    facts.getChildren().clear();
    ControlData data = context.model().controlProperty().get();
    Protection protection = Protection.of(data);
    fact(
        "overview.protection", new StateLabel(protection.mark(), texts.text(protection.textKey())));
    Optional<ControlStatus> control = data.control();
    control.ifPresent(now -> {
      fact("overview.leader", plain(now.leader().isEmpty() ? "–" : "◆ " + now.leader()));
      fact("overview.sync", plain(now.synchronousMode() + (now.settled() ? "" : " …")));
      if (!now.standing().isEmpty()) {
        fact("overview.standing", plain(now.standing()));
      }
      if (!now.trouble().isEmpty()) {
        fact("overview.trouble", new StateLabel(Mark.WARN, now.trouble()));
      }
    });
    long alarms = data.unacknowledged();
    fact(
        "overview.alarms",
        new StateLabel(
            alarms == 0 ? Mark.OK : Mark.WARN,
            texts.text("overview.alarms.count", alarms, data.alerts().size())));
    data.recoveries().stream()
        .findFirst()
        .ifPresent(last ->
            fact(
                "overview.recovery",
                new StateLabel(
                    Mark.of(last.state()),
                    context.model().nodeName(last.nodeId())
                        + ": "
                        + texts.text("recoverystate." + last.state().name()))));
    fact(
        "overview.age",
        plain(Durations.age(context.model().oldestAgeProperty().get(), texts.locale())));
  }

  private Label plain(String text) {
    Label label = new Label(text);
    label.setWrapText(true);
    label.setMinHeight(Region.USE_PREF_SIZE);
    return label;
  }

  private void fact(String key, Label value) {
    Label name = new Label(texts.text(key));
    name.getStyleClass().add("muted");
    name.setMinWidth(Region.USE_PREF_SIZE);
    value.setWrapText(true);
    GridPane.setHgrow(value, Priority.ALWAYS);
    facts.addRow(facts.getRowCount(), name, value);
  }
}
