package org.relevo.app.view.switchover;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.jmx.contract.LogLine;

/// Time, level in its colour, text. Lines are never translated.
public final class LogLineCell extends ListCell<LogLine> {
  private final ZoneId zone;
  private final Label time = new Label();
  private final StateLabel level = new StateLabel();
  private final Label text = new Label();
  private final HBox line = new HBox(10, time, level, text);

  public LogLineCell(ZoneId zone) {
    this.zone = zone;
    for (Label label : new Label[] {time, level, text}) {
      label.getStyleClass().add("mono");
      label.setMinWidth(Region.USE_PREF_SIZE);
    }
    time.getStyleClass().add("muted");
    level.setPrefWidth(78);
  }

  @Override
  protected void updateItem(@Nullable LogLine item, boolean empty) {
    super.updateItem(item, empty);
    if (item == null || empty) {
      setGraphic(null);
      return;
    }
    time.setText(Durations.time(Instant.ofEpochMilli(item.atEpochMs()), zone));
    level.show(Mark.of(item.level()), item.level().name().toLowerCase(Locale.ROOT));
    text.setText(item.text());
    setGraphic(line);
  }
}
