package org.relevo.app.view.switchover;

import java.time.Duration;
import java.time.Instant;
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
import org.relevo.jmx.contract.Candidate;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.SwitchoverPlan;

/// Where the person is on the way to a switchover, and what may come next.
///
/// Owner: FX thread.
public final class SwitchoverViewModel {
  // The service forgets a plan after ten minutes; a new one is asked for a little before.
  private static final Duration PLAN_LIFE = Duration.ofMinutes(9);

  private final AppContext context;
  private final ClusterModel model;
  private final ReadOnlyObjectWrapper<WizardStep> step =
      new ReadOnlyObjectWrapper<>(WizardStep.TARGET);
  private final ObservableList<Candidate> candidates = FXCollections.observableArrayList();
  private final ObjectProperty<@Nullable Candidate> target = new SimpleObjectProperty<>();
  private final StringProperty reason = new SimpleStringProperty("");
  private final StringProperty typedName = new SimpleStringProperty("");
  private final ReadOnlyObjectWrapper<@Nullable SwitchoverPlan> plan =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable OperationStatus> operation =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyBooleanWrapper mayGoOn = new ReadOnlyBooleanWrapper();
  private final OperationLog log;
  private final OperationWatch watch;
  private final Questions questions;
  private final ClientImpact impact = new ClientImpact();
  private final AgreedWarnings warnings = new AgreedWarnings();
  private Instant planReceivedAt = Instant.EPOCH;
  private int wantedNodeId = -1;
  private @Nullable String watchedId;
  private boolean visible;

  public SwitchoverViewModel(AppContext context) {
    this.context = context;
    model = context.model();
    log = new OperationLog(context);
    watch = new OperationWatch(context, log);
    questions = new Questions(context);
    model.operationProperty().addListener((_, _, newer) -> operationSeen(newer));
    model.connectionProperty().addListener((_, _, _) -> review());
    model.roleProperty().addListener((_, _, _) -> review());
    target.addListener((_, _, _) -> review());
    reason.addListener((_, _, _) -> review());
    typedName.addListener((_, _, _) -> review());
    plan.addListener((_, _, _) -> review());
    questions.busyProperty().addListener((_, _, _) -> review());
    operationSeen(model.operationProperty().get());
  }

  public ReadOnlyObjectProperty<WizardStep> stepProperty() {
    return step.getReadOnlyProperty();
  }

  public ObservableList<Candidate> candidates() {
    return candidates;
  }

  public ObjectProperty<@Nullable Candidate> targetProperty() {
    return target;
  }

  public StringProperty reasonProperty() {
    return reason;
  }

  /// What the person typed as the cluster's name.
  public StringProperty typedNameProperty() {
    return typedName;
  }

  public ReadOnlyObjectProperty<@Nullable SwitchoverPlan> planProperty() {
    return plan.getReadOnlyProperty();
  }

  /// The operation on the last two steps.
  public ReadOnlyObjectProperty<@Nullable OperationStatus> operationProperty() {
    return operation.getReadOnlyProperty();
  }

  /// A question to the service is on its way.
  public ReadOnlyBooleanProperty busyProperty() {
    return questions.busyProperty();
  }

  /// What went wrong with the last question, "" when nothing.
  public ReadOnlyStringProperty problemProperty() {
    return questions.problemProperty();
  }

  /// Whether the step's main button works.
  public ReadOnlyBooleanProperty mayGoOnProperty() {
    return mayGoOn.getReadOnlyProperty();
  }

  ClientImpact impact() {
    return impact;
  }

  public OperationLog log() {
    return log;
  }

  /// The screen is for a switchover to this node.
  public void about(int nodeId) {
    wantedNodeId = nodeId;
    if (step.get() == WizardStep.REPORT) {
      another();
    }
    candidates.stream().filter(c -> c.nodeId() == nodeId).findFirst().ifPresent(target::set);
  }

  /// The screen became visible.
  public void open() {
    visible = true;
    if (step.get() == WizardStep.TARGET) {
      loadCandidates();
    }
    String id = watchedId;
    if (step.get() == WizardStep.RUN && id != null) {
      watch.start(id);
    }
  }

  /// The screen is hidden; the operation goes on in the service and the model still follows it.
  public void leave() {
    visible = false;
    watch.stop();
  }

  /// The person ticks or unticks a warning.
  public void agree(PreflightCheck check, boolean agreed) {
    warnings.set(check, agreed);
    review();
  }

  public boolean agreed(PreflightCheck check) {
    return warnings.has(check);
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
      case REPORT -> another();
    }
  }

  /// One step back, where that is possible.
  public void back() {
    questions.problem("");
    switch (step.get()) {
      case CHECKS -> {
        to(WizardStep.TARGET);
        loadCandidates();
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

  /// Makes the checks again.
  public void refresh() {
    switch (step.get()) {
      case TARGET -> loadCandidates();
      case CHECKS -> makePlan(() -> {});
      case DRY_RUN, CONFIRM, RUN, REPORT -> {}
    }
  }

  /// Asks the service to put everything back.
  public void abort() {
    OperationStatus running = operation.get();
    if (running == null || !mayAbort()) {
      return;
    }
    ask(
        "abort",
        service -> {
          service.failover().abort(running.id());
          return true;
        },
        _ -> {});
  }

  /// Whether the point of no return is still ahead.
  public boolean mayAbort() {
    OperationStatus running = operation.get();
    return running != null
        && running.state() == OperationState.RUNNING
        && model.roleProperty().get().includes(Role.OPERATOR)
        && !PointOfNoReturn.passed(running, plan.get());
  }

  /// Forgets the last operation and starts again.
  public void another() {
    plan.set(null);
    warnings.clear();
    reason.set("");
    typedName.set("");
    questions.problem("");
    operation.set(null);
    watchedId = null;
    to(WizardStep.TARGET);
    loadCandidates();
  }

  /// Why the main button does not work, as a text key; "" when it does or when it is plain to see.
  public String refusalKey() {
    SwitchoverPlan made = plan.get();
    return switch (step.get()) {
      case TARGET -> {
        Candidate chosen = target.get();
        if (!model.roleProperty().get().includes(Role.OPERATOR)) {
          yield "switchover.refusal.role";
        }
        if (chosen == null) {
          yield "switchover.refusal.target";
        }
        yield reason.get().isBlank() ? "switchover.refusal.reason" : "";
      }
      case CHECKS -> {
        if (made == null) {
          yield "";
        }
        if (!made.startable()
            || made.checks().stream().anyMatch(c -> c.result() == CheckResult.BLOCK)) {
          yield "switchover.refusal.blocked";
        }
        yield warnings.cover(made) ? "" : "switchover.refusal.warnings";
      }
      case CONFIRM ->
          made != null && typedName.get().strip().equals(made.clusterName())
              ? ""
              : "switchover.refusal.name";
      case DRY_RUN, RUN, REPORT -> "";
    };
  }

  private void review() {
    boolean usable =
        context.connection().get().isPresent()
            && !questions.busyProperty().get()
            && step.get() != WizardStep.RUN
            && refusalKey().isEmpty();
    mayGoOn.set(usable);
  }

  private void loadCandidates() {
    ask(
        "candidates",
        service -> service.failover().planSwitchover(-1, ""),
        answer -> {
          candidates.setAll(answer.candidates());
          int wanted = wantedNodeId >= 0 ? wantedNodeId : answer.toNodeId();
          target.set(
              candidates.stream().filter(c -> c.nodeId() == wanted).findFirst().orElse(null));
        });
  }

  private void makePlan(Runnable then) {
    Candidate chosen = target.get();
    if (chosen == null) {
      return;
    }
    String why = reason.get().strip();
    ask(
        "plan",
        service -> service.failover().planSwitchover(chosen.nodeId(), why),
        answer -> {
          if (answer.toNodeId() != chosen.nodeId()) {
            questions.problem(context.texts().text("switchover.problem.other-target"));
            return;
          }
          warnings.clear();
          planReceivedAt = context.clock().instant();
          plan.set(answer);
          then.run();
        });
  }

  private void start() {
    SwitchoverPlan made = plan.get();
    if (made == null) {
      return;
    }
    if (Duration.between(planReceivedAt, context.clock().instant()).compareTo(PLAN_LIFE) > 0) {
      to(WizardStep.TARGET);
      questions.problem(context.texts().text("switchover.problem.old-plan"));
      return;
    }
    ask(
        "start",
        service -> {
          String id = service.failover().startSwitchover(made.id(), made.hash());
          return service.failover().operation(id);
        },
        this::follow);
  }

  private void follow(OperationStatus started) {
    watchedId = started.id();
    impact.forget();
    log.follow(started.id());
    to(WizardStep.RUN);
    model.acceptOperation(started);
    if (visible) {
      watch.start(started.id());
    }
  }

  /// Every newer state comes through here, from the one-second poll or the fast watch.
  private void operationSeen(@Nullable OperationStatus newer) {
    if (newer == null || newer.id().isEmpty()) {
      return;
    }
    boolean running = newer.state() == OperationState.RUNNING;
    if (watchedId == null && running) {
      // Started from elsewhere, or by this window before it was closed.
      watchedId = newer.id();
      operation.set(newer);
      log.follow(newer.id());
      to(WizardStep.RUN);
      if (visible) {
        watch.start(newer.id());
      }
      return;
    }
    if (!newer.id().equals(watchedId)) {
      return;
    }
    operation.set(newer);
    if (!running && step.get() == WizardStep.RUN) {
      watch.stop();
      log.readOnce();
      impact.load(newer, questions);
      to(WizardStep.REPORT);
    }
    review();
  }

  private <T> void ask(String what, Function<ServiceConnection, T> question, Consumer<T> onAnswer) {
    questions.ask(
        what,
        question,
        answer -> {
          onAnswer.accept(answer);
          review();
        });
  }

  private void to(WizardStep next) {
    step.set(next);
    review();
  }
}
