package org.relevo.app.frame;

import java.util.EnumMap;
import java.util.Map;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.text.Texts;

/// The screens by name, with their keys.
///
/// Owner: FX thread.
final class NavigationList {
  private final AppContext context;
  private final Map<ScreenId, ToggleButton> buttons = new EnumMap<>(ScreenId.class);

  NavigationList(AppContext context, VBox place) {
    this.context = context;
    for (ScreenId id : ScreenId.values()) {
      if (context.navigator().has(id) && id.inNavigation()) {
        ToggleButton button = button(id);
        buttons.put(id, button);
        place.getChildren().add(button);
      }
    }
  }

  /// @param current null for none
  void mark(@Nullable ScreenId current) {
    ScreenId marked = current == ScreenId.SWITCHOVER ? ScreenId.OPERATIONS : current;
    buttons.forEach((other, button) -> button.setSelected(other == marked));
  }

  private ToggleButton button(ScreenId id) {
    Texts texts = context.texts();
    ToggleButton button = new ToggleButton();
    button.setId("nav-" + id.id());
    button.getStyleClass().setAll("nav-button");
    button.setMaxWidth(Double.MAX_VALUE);
    Label name = new Label();
    name.textProperty().bind(texts.get("frame.nav-item", id.symbol(), texts.get(id.textKey())));
    Label key = new Label(id.shortcut().getDisplayText());
    key.getStyleClass().add("nav-key");
    key.setMinWidth(Region.USE_PREF_SIZE);
    name.setMinWidth(Region.USE_PREF_SIZE);
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    HBox line = new HBox(6, name, gap, key);
    line.setMouseTransparent(true);
    button.setGraphic(line);
    button.accessibleTextProperty().bind(texts.get(id.textKey()));
    line.prefWidthProperty().bind(button.widthProperty().subtract(24));
    Tooltip tip = new Tooltip();
    tip.textProperty().bind(texts.get("nav." + id.id() + ".hint"));
    button.setTooltip(tip);
    button.setOnAction(_ -> {
      button.setSelected(true);
      context.navigator().show(id);
    });
    return button;
  }
}
