package org.relevo.app.view.operations;

import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.PlanParts;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;

/// A plan's checks, its steps, and what the person confirms.
///
/// Owner: FX thread.
final class PlanPages {
  private final AppContext context;
  private final Texts texts;
  private final WizardViewModel viewModel;
  private final Runnable onAgreed;
  private final VBox checks = new VBox(8);
  private final VBox steps = new VBox(7);
  private final VBox confirm = new VBox(12);
  private final Label consequence = new Label();
  private final Label more = new Label();
  private final Label typeCaption = new Label();
  private final TextField typedName = new TextField();

  PlanPages(AppContext context, WizardViewModel viewModel, Runnable onAgreed) {
    this.context = context;
    texts = context.texts();
    this.viewModel = viewModel;
    this.onAgreed = onAgreed;
    consequence.getStyleClass().add("section-title");
    consequence.setId("act-consequence");
    for (Label label : new Label[] {consequence, more, typeCaption}) {
      label.setWrapText(true);
      label.setMinHeight(Region.USE_PREF_SIZE);
    }
    typedName.setId("act-typed");
    typedName.setMaxWidth(360);
    typedName.textProperty().bindBidirectional(viewModel.typedNameProperty());
    confirm.getChildren().addAll(consequence, more, typeCaption, typedName);
    viewModel.planProperty().addListener((_, _, _) -> show());
    texts.localeProperty().addListener((_, _, _) -> show());
  }

  Node checks() {
    return checks;
  }

  Node steps() {
    return steps;
  }

  Node confirm() {
    return confirm;
  }

  private void show() {
    checks.getChildren().clear();
    steps.getChildren().clear();
    ActPlan plan = viewModel.planProperty().get();
    if (plan == null) {
      return;
    }
    checks.getChildren().add(intro("switchover.checks.text"));
    plan.checks().forEach(check -> checks.getChildren().add(checkLine(check)));
    Button again = new Button(texts.text("switchover.check-again"));
    again.setOnAction(_ -> viewModel.refresh());
    checks.getChildren().add(again);
    steps.getChildren().add(intro("operations.steps.text"));
    plan.steps().forEach(step -> steps.getChildren().add(stepLine(step)));
    Button copy = new Button(texts.text("switchover.copy-script"));
    copy.setOnAction(_ -> copy(plan));
    steps.getChildren().add(copy);
    consequence.setText(
        texts.text(plan.kind().key("consequence"), plan.clusterName(), plan.nodeName()));
    String loss =
        plan.kind() == ActKind.FAILOVER
            ? texts.text(
                    plan.lossBytes() < 0 ? "operations.loss.unknown" : "operations.loss",
                    Durations.bytes(Math.max(0, plan.lossBytes()), texts.locale()))
                + " "
            : "";
    more.setText(loss + texts.text("operations.reason", plan.reason()));
    boolean typed = plan.kind().typed();
    typeCaption.setText(typed ? texts.text("operations.type", plan.nodeName()) : "");
    typeCaption.setVisible(typed);
    typedName.setVisible(typed);
  }

  private Label intro(String key) {
    Label label = new Label(texts.text(key));
    label.getStyleClass().add("muted");
    label.setWrapText(true);
    return label;
  }

  private Node checkLine(PreflightCheck check) {
    String key = "precheck." + check.name();
    return PlanParts.check(
        texts,
        check,
        texts.has(key) ? texts.text(key) : check.name(),
        viewModel.agreed(check),
        on -> {
          viewModel.agree(check, on);
          onAgreed.run();
        });
  }

  private Node stepLine(PlannedStep step) {
    String node = step.nodeId() < 0 ? "–" : context.model().nodeName(step.nodeId());
    HBox line = PlanParts.step(texts, step, node, 150);
    HBox.setHgrow(line.getChildren().getLast(), Priority.ALWAYS);
    return line;
  }

  private static void copy(ActPlan plan) {
    StringBuilder text = new StringBuilder();
    for (PlannedStep step : plan.steps()) {
      text.append("# ").append(step.number()).append(' ').append(step.name()).append('\n');
      text.append(step.action()).append('\n');
    }
    ClipboardContent content = new ClipboardContent();
    content.putString(text.toString());
    Clipboard.getSystemClipboard().setContent(content);
  }
}
