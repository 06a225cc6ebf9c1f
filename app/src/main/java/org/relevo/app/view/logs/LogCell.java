package org.relevo.app.view.logs;

import java.util.List;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.text.Text;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;

/// Time, level, source and text of one entry on one row of fixed height. Owner: FX thread.
final class LogCell extends ListCell<LogEntry> {
  private static final PseudoClass GAP = PseudoClass.getPseudoClass("gap");
  private static final double TIME_WIDTH = 98;
  private static final double LEVEL_WIDTH = 92;
  private static final double SOURCE_WIDTH = 92;

  private final LogsViewModel viewModel;
  private final Texts texts;
  private final Label time = new Label();
  private final Label level = new Label();
  private final Label source = new Label();
  // Not a label: a long line runs on under the scroll bar instead of ending in dots.
  private final Text text = new Text();
  private final HBox row = new HBox(8, time, level, source, text);

  LogCell(LogsViewModel viewModel, Texts texts) {
    this.viewModel = viewModel;
    this.texts = texts;
    getStyleClass().add("log-cell");
    time.getStyleClass().add("log-time");
    source.getStyleClass().add("log-source");
    text.getStyleClass().add("log-text");
    width(time, TIME_WIDTH);
    width(level, LEVEL_WIDTH);
    width(source, SOURCE_WIDTH);
  }

  @Override
  protected void updateItem(@Nullable LogEntry entry, boolean empty) {
    super.updateItem(entry, empty);
    pseudoClassStateChanged(GAP, entry instanceof LogEntry.Gap);
    if (empty || entry == null) {
      setGraphic(null);
      setAccessibleText("");
      return;
    }
    time.setText(viewModel.time(entry));
    source.setText(entry.sourceId());
    switch (entry) {
      case LogEntry.Line line -> {
        Mark mark = Mark.of(line.level());
        level.setText(mark.symbol() + " " + viewModel.levelWord(line.level()));
        level.getStyleClass().setAll(List.of("label", "log-level", mark.styleClass()));
        text.setText(line.oneLine());
      }
      case LogEntry.Gap gap -> {
        level.setText(Mark.WARN.symbol() + " " + texts.text("logs.gap.word"));
        level.getStyleClass().setAll(List.of("label", "log-level", Mark.WARN.styleClass()));
        text.setText(texts.text("logs.gap", gap.sourceId()));
      }
    }
    setGraphic(row);
    setAccessibleText(
        time.getText() + " " + level.getText() + " " + source.getText() + " " + text.getText());
  }

  private static void width(Label label, double width) {
    label.setMinWidth(width);
    label.setPrefWidth(width);
    label.setMaxWidth(width);
  }
}
