package org.relevo.app.view.operations;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.view.switchover.OperationLog;
import org.relevo.app.view.switchover.Questions;
import org.relevo.app.view.switchover.WizardStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.Role;

/// Where the person is on the way to an act, and what may come next. One machine for all kinds.
///
/// Owner: FX thread.
public final class WizardViewModel {
  // Checks older than this are made again before something is started.
  private static final Duration PLAN_LIFE = Duration.ofMinutes(2);

  private final AppContext context;
  private final ClusterModel model;
  private final Questions questions;
  private final OperationLog log;
  private final ActWatch watch;
  private final ReadOnlyObjectWrapper<ActKind> kind = new ReadOnlyObjectWrapper<>(ActKind.RECOVERY);
  private final ReadOnlyObjectWrapper<WizardStep> step =
      new ReadOnlyObjectWrapper<>(WizardStep.TARGET);
  private final ObservableList<Target> targets = FXCollections.observableArrayList();
  private final ObjectProperty<@Nullable Target> target = new SimpleObjectProperty<>();
  private final StringProperty option = new SimpleStringProperty("");
  private final StringProperty reason = new SimpleStringProperty("");
  private final StringProperty typedName = new SimpleStringProperty("");
  private final ReadOnlyObjectWrapper<@Nullable ActPlan> plan = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable Progress> progress = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyBooleanWrapper mayGoOn = new ReadOnlyBooleanWrapper();
  private final Set<String> agreed = new HashSet<>();
  private final Map<String, StringProperty> fields = new HashMap<>();
  private long planMadeAt;
  private int wantedNodeId = -1;

  WizardViewModel(AppContext context) {
    this.context = context;
    model = context.model();
    questions = new Questions(context);
    log = new OperationLog(context);
    watch = new ActWatch(context, this::seen);
    model.connectionProperty().addListener((_, _, _) -> review());
    model.roleProperty().addListener((_, _, _) -> review());
    target.addListener((_, _, _) -> review());
    option.addListener((_, _, _) -> review());
    reason.addListener((_, _, _) -> review());
    typedName.addListener((_, _, _) -> review());
    plan.addListener((_, _, _) -> review());
    questions.busyProperty().addListener((_, _, _) -> review());
  }

  public ReadOnlyObjectProperty<ActKind> kindProperty() {
    return kind.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<WizardStep> stepProperty() {
    return step.getReadOnlyProperty();
  }

  ObservableList<Target> targets() {
    return targets;
  }

  ObjectProperty<@Nullable Target> targetProperty() {
    return target;
  }

  public StringProperty optionProperty() {
    return option;
  }

  /// A text that the act asks for besides.
  StringProperty field(String name) {
    return fields.computeIfAbsent(
        name,
        _ -> {
          StringProperty made = new SimpleStringProperty(ActFields.first(name));
          made.addListener((_, _, _) -> review());
          return made;
        });
  }

  public StringProperty reasonProperty() {
    return reason;
  }

  public StringProperty typedNameProperty() {
    return typedName;
  }

  ReadOnlyObjectProperty<@Nullable ActPlan> planProperty() {
    return plan.getReadOnlyProperty();
  }

  /// The operation on the last two steps.
  ReadOnlyObjectProperty<@Nullable Progress> progressProperty() {
    return progress.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty mayGoOnProperty() {
    return mayGoOn.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty busyProperty() {
    return questions.busyProperty();
  }

  public ReadOnlyStringProperty problemProperty() {
    return questions.problemProperty();
  }

  OperationLog log() {
    return log;
  }

  /// Starts anew for an act; what an operation of before does in the service goes on.
  void begin(ActKind wanted, int nodeId) {
    watch.stop();
    kind.set(wanted);
    wantedNodeId = nodeId;
    plan.set(null);
    progress.set(null);
    target.set(null);
    targets.clear();
    agreed.clear();
    option.set(wanted.options().isEmpty() ? "" : wanted.options().getFirst());
    reason.set("");
    typedName.set("");
    fields.forEach((name, property) -> property.set(ActFields.first(name)));
    questions.problem("");
    to(WizardStep.TARGET);
    loadTargets();
  }

  /// Shows an operation that was started earlier or elsewhere.
  void watch(Progress known) {
    watch.stop();
    ActKind acted = known.kind().equals("recovery") ? ActKind.RECOVERY : ActKind.FAILOVER;
    kind.set(acted);
    plan.set(null);
    questions.problem("");
    progress.set(known);
    log.follow(known.id());
    to(known.running() ? WizardStep.RUN : WizardStep.REPORT);
    if (known.running()) {
      watch.start(service -> Acts.progress(service, acted, known.id()));
    } else {
      log.readOnce();
    }
  }

  void open() {
    watch.show();
  }

  /// Hidden; the operation goes on in the service.
  void leave() {
    watch.hide();
  }

  void agree(PreflightCheck check, boolean yes) {
    if (yes) {
      agreed.add(check.name());
    } else {
      agreed.remove(check.name());
    }
    review();
  }

  boolean agreed(PreflightCheck check) {
    return agreed.contains(check.name());
  }

  /// The main button.
  public void goOn() {
    if (!mayGoOn.get()) {
      return;
    }
    switch (step.get()) {
      case TARGET -> makePlan(() -> to(WizardStep.CHECKS));
      case CHECKS -> to(WizardStep.DRY_RUN);
      case DRY_RUN -> {
        typedName.set("");
        to(WizardStep.CONFIRM);
      }
      case CONFIRM -> start();
      case RUN -> {}
      case REPORT -> begin(kind.get(), -1);
    }
  }

  public void back() {
    questions.problem("");
    switch (step.get()) {
      case CHECKS -> {
        to(WizardStep.TARGET);
        loadTargets();
      }
      case DRY_RUN -> to(WizardStep.CHECKS);
      case CONFIRM -> to(WizardStep.DRY_RUN);
      case TARGET, RUN, REPORT -> {}
    }
  }

  public boolean mayGoBack() {
    return switch (step.get()) {
      case CHECKS, DRY_RUN, CONFIRM -> !questions.busyProperty().get();
      case TARGET, RUN, REPORT -> false;
    };
  }

  void refresh() {
    switch (step.get()) {
      case TARGET -> loadTargets();
      case CHECKS -> makePlan(() -> {});
      case DRY_RUN, CONFIRM, RUN, REPORT -> {}
    }
  }

  boolean mayCancel() {
    Progress now = progress.get();
    return now != null
        && now.running()
        && now.cancellable()
        && model.roleProperty().get().includes(Role.OPERATOR);
  }

  void cancelRun() {
    Progress now = progress.get();
    if (now != null && mayCancel()) {
      ask(
          "cancel",
          service -> {
            Acts.cancel(service, now);
            return true;
          },
          _ -> {});
    }
  }

  /// Why the main button does not work, as a text key; "" when it does or when it is plain to see.
  public String refusalKey() {
    ActPlan made = plan.get();
    return switch (step.get()) {
      case TARGET ->
          Refusals.target(
              input(),
              target.get(),
              model.roleProperty().get(),
              context.clock().instant(),
              context.clock().getZone());
      case CHECKS -> Refusals.checks(made, this::agreed);
      case CONFIRM -> Refusals.confirm(made, typedName.get());
      case DRY_RUN, RUN, REPORT -> "";
    };
  }

  /// What the person asked for as it stands on the first page.
  private ActInput input() {
    ActKind wanted = kind.get();
    Target chosen = target.get();
    Map<String, String> written = new LinkedHashMap<>();
    wanted.fields().forEach(name -> written.put(name, field(name).get()));
    return new ActInput(
        wanted,
        wanted.needsNode() && chosen != null ? chosen.id() : -1,
        option.get(),
        reason.get().strip(),
        written);
  }

  private void review() {
    mayGoOn.set(
        context.connection().get().isPresent()
            && !questions.busyProperty().get()
            && step.get() != WizardStep.RUN
            && refusalKey().isEmpty());
  }

  private void loadTargets() {
    ActKind wanted = kind.get();
    if (!wanted.needsNode()) {
      return;
    }
    Target before = target.get();
    int id = before != null ? before.id() : wantedNodeId;
    ask(
        "targets",
        service -> Acts.targets(service, wanted),
        answer -> {
          if (kind.get() != wanted) {
            return;
          }
          targets.setAll(answer);
          List<Target> ready = answer.stream().filter(Target::ready).toList();
          target.set(
              answer.stream()
                  .filter(t -> t.id() == id)
                  .findFirst()
                  .orElse(ready.size() == 1 ? ready.getFirst() : null));
        });
  }

  private void makePlan(Runnable then) {
    ActInput input = input();
    ask(
        "plan",
        service -> ActPlans.make(service, input, context.clock()),
        made -> {
          agreed.clear();
          planMadeAt = context.clock().millis();
          plan.set(made);
          then.run();
        });
  }

  private void start() {
    ActPlan made = plan.get();
    if (made == null) {
      return;
    }
    if (context.clock().millis() - planMadeAt > PLAN_LIFE.toMillis()) {
      makePlan(() -> to(WizardStep.CHECKS));
      questions.problem(context.texts().text("switchover.problem.old-plan"));
      return;
    }
    long startedAt = context.clock().millis();
    ask(
        "start",
        service ->
            new Started(
                Acts.start(service, made, context.clock()),
                AtOnce.beginning(service.user(), made, startedAt)),
        started -> {
          String id = started.id();
          log.follow(id);
          progress.set(started.first());
          to(WizardStep.RUN);
          watch.start(
              made.kind().writesSettings()
                  ? new SettingsRun(made, started.first().actor(), startedAt)
                  : service ->
                      id.isEmpty()
                          ? AtOnce.observe(service, made, startedAt, context.clock().millis())
                          : Acts.progress(service, made.kind(), id));
        });
  }

  private record Started(String id, Progress first) {}

  private void seen(Progress newer) {
    progress.set(newer);
    log.readOnce();
    if (!newer.running()) {
      to(WizardStep.REPORT);
    }
    review();
  }

  private <T> void ask(String what, Function<ServiceConnection, T> question, Consumer<T> then) {
    questions.ask(
        what,
        question,
        answer -> {
          then.accept(answer);
          review();
        });
  }

  private void to(WizardStep wanted) {
    step.set(wanted);
    review();
  }
}
