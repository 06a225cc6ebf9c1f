package org.relevo.app.view.dashboard;

import java.util.Locale;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.Durations;
import org.relevo.app.model.Freshness;
import org.relevo.app.text.Texts;

/// One current value with its name and age. Owner: FX thread.
final class TileNode extends VBox {
  private final Texts texts;
  private final Label value = new Label();
  private final Label of = new Label();
  private final Label age = new Label();
  private final Label name = new Label();

  TileNode(Tile tile, Texts texts) {
    this.texts = texts;
    setId("tile-" + tile.key());
    getStyleClass().add("tile");
    setAccessibleRole(AccessibleRole.TEXT);
    HBox.setHgrow(this, Priority.ALWAYS);
    setMinWidth(Region.USE_PREF_SIZE);
    setPrefWidth(150);
    name.textProperty().bind(texts.get(tile.nameKey()));
    name.getStyleClass().add("tile-name");
    value.getStyleClass().add("tile-value");
    of.getStyleClass().add("tile-of");
    age.getStyleClass().add("tile-age");
    for (Label label : new Label[] {name, value, of, age}) {
      label.setMinWidth(Region.USE_PREF_SIZE);
    }
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox bottom = new HBox(6, of, space, age);
    getChildren().addAll(name, value, bottom);
  }

  void show(Tile.Shown shown) {
    Locale locale = texts.locale();
    value.setText(shown.value());
    of.setText(shown.of());
    age.setText(
        switch (shown.freshness()) {
          case FRESH -> Durations.age(shown.age(), locale);
          case STALE -> "\u26a0 " + Durations.age(shown.age(), locale);
          case UNKNOWN -> "\u25cb " + texts.text("dashboard.tile.unknown");
        });
    getStyleClass().remove("stale");
    if (shown.freshness() != Freshness.FRESH) {
      getStyleClass().add("stale");
    }
    setAccessibleText(
        name.getText() + " " + shown.of() + " " + shown.value() + ", " + age.getText());
  }
}
