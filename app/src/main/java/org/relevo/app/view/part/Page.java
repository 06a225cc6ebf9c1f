package org.relevo.app.view.part;

import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;

/// The shape that table screens share: title, tools at its right, a line for what went wrong, body.
///
/// Owner: FX thread.
public final class Page {
  private final Texts texts;
  private final VBox root = new VBox();
  private final HBox tools = new HBox(10);
  private final Label note = new Label();
  private @Nullable ToggleButton pause;

  public Page(AppContext context, String titleKey) {
    texts = context.texts();
    root.getStyleClass().add("screen");
    Label title = new Label();
    title.getStyleClass().add("screen-title");
    title.setMinWidth(Region.USE_PREF_SIZE);
    title.textProperty().bind(texts.get(titleKey));
    note.getStyleClass().addAll("muted", "may-elide");
    note.setId("note");
    HBox.setHgrow(note, Priority.ALWAYS);
    note.setMaxWidth(Double.MAX_VALUE);
    tools.setAlignment(Pos.CENTER_RIGHT);
    tools.setMinWidth(Region.USE_PREF_SIZE);
    HBox head = new HBox(14, title, note, tools);
    head.setAlignment(Pos.CENTER_LEFT);
    root.getChildren().add(head);
  }

  public VBox root() {
    return root;
  }

  /// A sentence beside the title.
  public Label note() {
    return note;
  }

  public Page tool(Node node) {
    tools.getChildren().add(node);
    return this;
  }

  /// A line that is there only while something is wrong.
  public Page problem(ObservableValue<String> text) {
    StateLabel state = new StateLabel();
    state.markProperty().set(Mark.WARN);
    state.wordsProperty().bind(texts.get("page.problem"));
    state.setMinWidth(Region.USE_PREF_SIZE);
    Label words = new Label();
    words.setWrapText(true);
    words.textProperty().bind(text);
    HBox box = new HBox(state, words);
    box.getStyleClass().add("problem");
    box.visibleProperty().bind(text.map(t -> !t.isEmpty()));
    box.managedProperty().bind(box.visibleProperty());
    root.getChildren().add(box);
    return this;
  }

  public Page body(Node node) {
    VBox.setVgrow(node, Priority.ALWAYS);
    root.getChildren().add(node);
    return this;
  }

  public Page line(Node node) {
    root.getChildren().add(node);
    return this;
  }

  public Button button(String id, String textKey, Runnable action) {
    Button button = new Button();
    button.setId(id);
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.textProperty().bind(texts.get(textKey));
    button.setOnAction(_ -> action.run());
    return button;
  }

  /// Stops and goes on with live values.
  public ToggleButton pause(Poller<?> poller) {
    ToggleButton made = new ToggleButton();
    made.setId("pause");
    made.setMinWidth(Region.USE_PREF_SIZE);
    made.textProperty().bind(texts.get("page.pause"));
    made.selectedProperty().bindBidirectional(poller.pausedProperty());
    pause = made;
    return made;
  }

  /// As the button of [#pause] does; nothing where there is none.
  void togglePause() {
    ToggleButton made = pause;
    if (made != null) {
      made.setSelected(!made.isSelected());
    }
  }
}
