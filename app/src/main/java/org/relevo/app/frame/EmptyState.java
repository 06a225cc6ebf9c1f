package org.relevo.app.frame;

import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import javafx.scene.text.TextAlignment;

/// What stands where there is nothing to show: why, and what to do about it.
///
/// Owner: FX thread.
public final class EmptyState extends VBox {
  private final Button button = new Button();

  public EmptyState(String symbol, ObservableValue<String> title, ObservableValue<String> text) {
    getStyleClass().add("empty-state");
    Label symbolLabel = new Label(symbol);
    symbolLabel.getStyleClass().add("empty-symbol");
    Label titleLabel = new Label();
    titleLabel.getStyleClass().add("empty-title");
    titleLabel.textProperty().bind(title);
    Label textLabel = new Label();
    textLabel.textProperty().bind(text);
    textLabel.setWrapText(true);
    textLabel.setAlignment(Pos.CENTER);
    textLabel.setMaxWidth(560);
    textLabel.setTextAlignment(TextAlignment.CENTER);
    textLabel.getStyleClass().add("muted");
    getChildren().addAll(symbolLabel, titleLabel, textLabel);
  }

  /// Adds a way out.
  public EmptyState withAction(ObservableValue<String> name, Runnable action) {
    button.textProperty().bind(name);
    button.setOnAction(_ -> action.run());
    button.getStyleClass().add("accent");
    getChildren().add(button);
    return this;
  }
}
