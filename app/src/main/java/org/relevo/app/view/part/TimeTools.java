package org.relevo.app.view.part;

import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeRange;
import org.relevo.app.text.Texts;

/// Chooses how much time the charts show, and leads back from a zoom.
///
/// Owner: FX thread.
public final class TimeTools {
  private final Texts texts;
  private final HBox node = new HBox(8);
  private final ChoiceBox<TimeRange> range = new ChoiceBox<>();

  /// @param idPrefix for tests
  public TimeTools(Texts texts, SharedTime time, String idPrefix) {
    this.texts = texts;
    range.setId(idPrefix + "-range");
    range.getItems().setAll(TimeRange.values());
    range.setConverter(new Names());
    range.setMinWidth(Region.USE_PREF_SIZE);
    range.accessibleTextProperty().bind(texts.get("time.range"));
    texts.localeProperty().addListener(_ -> range.setConverter(new Names()));
    time.windowProperty().subscribe(_ -> range.setValue(time.range()));
    range
        .valueProperty()
        .addListener((_, _, chosen) -> {
          if (chosen != null && chosen != time.range()) {
            time.range(chosen);
          }
        });
    Button newest = new Button();
    newest.setId(idPrefix + "-newest");
    newest.setMinWidth(Region.USE_PREF_SIZE);
    newest.textProperty().bind(texts.get("time.newest"));
    Tooltip tip = new Tooltip();
    tip.textProperty().bind(texts.get("time.newest.hint"));
    newest.setTooltip(tip);
    newest.visibleProperty().bind(time.zoomProperty().isNotNull());
    newest.managedProperty().bind(newest.visibleProperty());
    newest.setOnAction(_ -> time.unzoom());
    node.getChildren().addAll(newest, range);
  }

  public HBox node() {
    return node;
  }

  private final class Names extends StringConverter<TimeRange> {
    @Override
    public String toString(@Nullable TimeRange value) {
      return value == null ? "" : texts.text(value.textKey());
    }

    @Override
    public TimeRange fromString(String name) {
      return TimeRange.valueOf(name);
    }
  }
}
