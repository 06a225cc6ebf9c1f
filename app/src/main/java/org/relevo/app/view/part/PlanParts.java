package org.relevo.app.view.part;

import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;

/// What the pages of a plan are made of: a card for each check, a line for each step.
///
/// Owner: FX thread.
public final class PlanParts {
  private static final double STATE_WIDTH = 105;
  private static final double NODE_WIDTH = 80;

  private PlanParts() {}

  /// @param name for people
  /// @param agreed whether a warning is agreed to already
  /// @param onAgree hears when the person agrees or takes it back
  public static Node check(
      Texts texts, PreflightCheck check, String name, boolean agreed, Consumer<Boolean> onAgree) {
    StateLabel state =
        new StateLabel(Mark.of(check.result()), texts.text("check." + check.result().name()));
    state.setMinWidth(STATE_WIDTH);
    Label title = new Label(name);
    title.getStyleClass().add("section-title");
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    HBox head = new HBox(12, state, title, gap);
    if (check.result() == CheckResult.WARN) {
      CheckBox agree = new CheckBox(texts.text("switchover.agree"));
      agree.setSelected(agreed);
      agree.selectedProperty().addListener((_, _, on) -> onAgree.accept(on));
      head.getChildren().add(agree);
    }
    Label measured = new Label(texts.text("switchover.measured", check.evidence(), check.limit()));
    measured.setWrapText(true);
    VBox card = new VBox(3, head, measured);
    card.getStyleClass().add("card");
    if (!check.repeatBy().isEmpty()) {
      Label repeat = new Label(check.repeatBy());
      repeat.getStyleClass().addAll("mono", "muted");
      repeat.setWrapText(true);
      card.getChildren().add(repeat);
    }
    return card;
  }

  /// Number and name, node, what is done above what takes it back.
  ///
  /// @param nodeName "–" for a step that is no node's
  public static HBox step(Texts texts, PlannedStep step, String nodeName, double nameWidth) {
    Label name = new Label(step.number() + "  " + step.name());
    name.setMinWidth(nameWidth);
    Label node = new Label(nodeName);
    node.getStyleClass().add("muted");
    node.setMinWidth(NODE_WIDTH);
    Label action = new Label(step.action());
    action.getStyleClass().add("mono");
    action.setWrapText(true);
    Label undo =
        new Label(
            step.undo().isEmpty()
                ? texts.text("switchover.no-undo")
                : texts.text("switchover.undo", step.undo()));
    undo.getStyleClass().add("muted");
    undo.setWrapText(true);
    return new HBox(12, name, node, new VBox(1, action, undo));
  }
}
