package org.relevo.app.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.text.Texts;

/// Every action of the window by its name: type a part of it, Enter does it, Escape leaves. What
/// cannot be done now is listed too, with the reason.
///
/// Owner: FX thread.
public final class CommandPalette {
  /// Something that can be asked for.
  ///
  /// @param name in the present language
  /// @param keys such as `Ctrl+9`, "" for none
  /// @param refusal why it cannot be done now, "" when it can
  public record Action(
      Supplier<String> name, String keys, Supplier<String> refusal, Runnable doIt) {}

  private final Texts texts;
  private final List<Action> actions = new ArrayList<>();
  private final StackPane veil = new StackPane();
  private final TextField field = new TextField();
  private final ListView<Action> list = new ListView<>();

  CommandPalette(Texts texts) {
    this.texts = texts;
    field.setId("palette-field");
    field.promptTextProperty().bind(texts.get("palette.prompt"));
    list.setId("palette-list");
    list.setFixedCellSize(32);
    list.setCellFactory(_ -> new Line());
    list.setPrefHeight(360);
    VBox box = new VBox(8, field, list);
    box.getStyleClass().addAll("card", "palette");
    box.setMaxSize(620, Region.USE_PREF_SIZE);
    veil.getStyleClass().add("palette-veil");
    veil.setAlignment(javafx.geometry.Pos.TOP_CENTER);
    veil.getChildren().add(box);
    veil.setVisible(false);
    veil.setOnMouseClicked(click -> {
      if (click.getTarget().equals(veil)) {
        hide();
      }
    });
    field.textProperty().addListener((_, _, _) -> fill());
    veil.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    list.setOnMouseClicked(_ -> act());
  }

  StackPane node() {
    return veil;
  }

  public void add(Action action) {
    actions.add(action);
  }

  void show() {
    field.clear();
    fill();
    veil.setVisible(true);
    field.requestFocus();
  }

  private void hide() {
    veil.setVisible(false);
  }

  private void fill() {
    String wanted = field.getText().strip().toLowerCase(Locale.ROOT);
    list.getItems()
        .setAll(
            actions.stream()
                .filter(a -> a.name().get().toLowerCase(Locale.ROOT).contains(wanted))
                .toList());
    list.getSelectionModel().selectFirst();
  }

  private void key(KeyEvent event) {
    int at = list.getSelectionModel().getSelectedIndex();
    switch (event.getCode()) {
      case ESCAPE -> hide();
      case ENTER -> act();
      case DOWN -> select(Math.min(list.getItems().size() - 1, at + 1));
      case UP -> select(Math.max(0, at - 1));
      default -> {
        return;
      }
    }
    event.consume();
  }

  private void select(int index) {
    list.getSelectionModel().select(index);
    list.scrollTo(index);
  }

  private void act() {
    Action chosen = list.getSelectionModel().getSelectedItem();
    if (chosen != null && chosen.refusal().get().isEmpty()) {
      hide();
      chosen.doIt().run();
    }
  }

  private final class Line extends ListCell<Action> {
    private final Label name = new Label();
    private final Label why = new Label();
    private final Label keys = new Label();
    private final HBox line = new HBox(12, name, why, keys);

    Line() {
      why.getStyleClass().addAll("muted", "may-elide");
      why.setMaxWidth(Double.MAX_VALUE);
      HBox.setHgrow(why, Priority.ALWAYS);
      keys.getStyleClass().add("nav-key");
      keys.setMinWidth(Region.USE_PREF_SIZE);
      name.setMinWidth(Region.USE_PREF_SIZE);
    }

    @Override
    protected void updateItem(@Nullable Action action, boolean empty) {
      super.updateItem(action, empty);
      if (action == null || empty) {
        setGraphic(null);
        return;
      }
      String refusal = action.refusal().get();
      name.setText(action.name().get());
      name.setDisable(!refusal.isEmpty());
      why.setText(refusal.isEmpty() ? "" : texts.text("palette.not-now", refusal));
      keys.setText(action.keys());
      setGraphic(line);
    }
  }
}
