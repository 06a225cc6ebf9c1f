package org.relevo.app.view.alarms;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.Role;

/// Active alerts above those that were; acknowledging silences what is repeated.
///
/// Owner: FX thread.
public final class AlarmsView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final AppContext context;
  private final Texts texts;
  private final Poller<Answer> poller;
  private final Questions questions;
  private final LiveTable<AlertInfo> active;
  private final LiveTable<AlertInfo> history;
  private final Label targets = new Label();
  private final Page page;
  private final Button acknowledge;

  private record Answer(List<AlertInfo> active, List<AlertInfo> history, List<String> targets) {}

  public AlarmsView(AppContext context) {
    super(ScreenId.ALARMS);
    this.context = context;
    texts = context.texts();
    questions = new Questions(context);
    poller = new Poller<>(context, "alarms", PERIOD, AlarmsView::ask, this::show);
    active = table("alarms-active", "alarms.none");
    history = table("alarms-history", "alarms.no-history");
    page = new Page(context, "alarms.title");
    acknowledge = page.button("acknowledge", "alarms.acknowledge", this::acknowledge);
    Button all = page.button("acknowledge-all", "alarms.acknowledge-all", this::acknowledgeAll);
    Button test = page.button("alarm-test", "alarms.test", this::test);
    acknowledge.getStyleClass().add("accent");
    acknowledge.setDisable(true);
    active.selectedProperty().addListener((_, _, _) -> review());
    all.disableProperty()
        .bind(context.model().controlProperty().map(now -> now.unacknowledged() == 0));
    page.tool(acknowledge).tool(all).tool(test);
    page.problem(poller.problemProperty()).problem(questions.problemProperty());
    active.node().setPrefHeight(250);
    page.body(active.node());
    Label before = new Label();
    before.getStyleClass().add("section-title");
    before.textProperty().bind(texts.get("alarms.history"));
    page.line(before).body(history.node());
    targets.getStyleClass().add("muted");
    targets.setWrapText(true);
    page.line(targets);
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
  public Optional<String> csv() {
    return Optional.of(active.csv() + history.csv());
  }

  private LiveTable<AlertInfo> table(String id, String emptyKey) {
    LiveTable<AlertInfo> table = new LiveTable<>(texts, id, AlertInfo::id);
    table
        .column(
            "alarms.severity",
            110,
            a -> Cell.state(Mark.of(a.severity()), a.severity().name().toLowerCase(Locale.ROOT)))
        .text("alarms.rule", 160, AlertInfo::rule)
        .text("alarms.subject", 100, AlertInfo::subject)
        .text("alarms.since", 90, a -> at(a.sinceEpochMs()))
        .figure("alarms.lasted", 90, a -> (double) lasted(a), a -> words(lasted(a)))
        .text("alarms.cares", 110, AlertInfo::acknowledgedBy)
        .text("alarms.text", 380, AlertInfo::text);
    table.placeholder(new EmptyState("⚑", texts.get(emptyKey), texts.get(emptyKey + ".text")));
    return table;
  }

  private String at(long epochMs) {
    return Durations.time(Instant.ofEpochMilli(epochMs), context.clock().getZone());
  }

  private long lasted(AlertInfo alert) {
    long end = alert.clearedAtEpochMs() < 0 ? context.clock().millis() : alert.clearedAtEpochMs();
    return Math.max(0, end - alert.sinceEpochMs());
  }

  private String words(long ms) {
    return Durations.of(Duration.ofMillis(ms), texts.locale());
  }

  private static Answer ask(ServiceConnection service) {
    return new Answer(
        service.alerts().getActive(), service.alerts().getHistory(), service.alerts().getTargets());
  }

  private void show(Answer answer) {
    List<AlertInfo> urgentFirst = new ArrayList<>(answer.active());
    urgentFirst.sort((a, b) -> b.severity().compareTo(a.severity()));
    active.show(urgentFirst);
    history.show(answer.history());
    review();
    targets.setText(
        answer.targets().isEmpty()
            ? texts.text("alarms.no-targets")
            : texts.text("alarms.targets", String.join(", ", answer.targets())));
  }

  /// The chosen alert may have changed under the selection.
  private void review() {
    acknowledge.setDisable(
        active.selected().map(alert -> !alert.acknowledgedBy().isEmpty()).orElse(true));
  }

  private boolean operator() {
    boolean may = context.model().roleProperty().get().includes(Role.OPERATOR);
    if (!may) {
      questions.problem(texts.text("operations.refusal.role"));
    }
    return may;
  }

  private void acknowledge() {
    active.selected().ifPresent(alert -> acknowledge(List.of(alert)));
  }

  private void acknowledgeAll() {
    acknowledge(active.values().stream().filter(a -> a.acknowledgedBy().isEmpty()).toList());
  }

  private void acknowledge(List<AlertInfo> alerts) {
    if (operator()) {
      questions.ask(
          "acknowledge",
          service -> {
            alerts.forEach(alert -> service.alerts().acknowledge(alert.id()));
            return true;
          },
          _ -> poller.now());
    }
  }

  private void test() {
    if (operator()) {
      questions.ask(
          "alarm-test",
          service -> {
            service.alerts().test();
            return true;
          },
          _ -> page.note().setText(texts.text("alarms.tested")));
    }
  }
}
