package org.relevo.app.frame;

import java.time.format.DateTimeFormatter;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.property.StringProperty;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.relevo.app.model.Mark;
import org.relevo.app.record.Replay;
import org.relevo.app.text.Texts;

/// Says that what is shown is a recording, and moves through it.
///
/// Owner: FX thread.
final class ReplayBar {
  private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final List<Integer> SPEEDS = List.of(1, 5, 20, 60);

  private final HBox root = new HBox(12);

  ReplayBar(AppContext context, Replay replay) {
    Texts texts = context.texts();
    root.setId("replay-bar");
    root.getStyleClass().add("replay-bar");
    root.setAlignment(Pos.CENTER_LEFT);
    StateLabel word = new StateLabel();
    word.markProperty().set(Mark.WARN);
    word.symbolProperty().set("⏵");
    word.wordsProperty().bind(texts.get("replay.not-live"));
    word.setMinWidth(Region.USE_PREF_SIZE);
    Label at = new Label();
    at.setId("replay-at");
    at.setMinWidth(Region.USE_PREF_SIZE);
    Slider slider = new Slider();
    slider.setId("replay-slider");
    slider.accessibleTextProperty().bind(texts.get("replay.slider"));
    slider.setBlockIncrement(10);
    // Never below 0: the slider would take its least along, and keep it there.
    slider.maxProperty().bind(Bindings.max(0, replay.lengthProperty().subtract(1)));
    slider.valueProperty().addListener((_, _, to) -> replay.positionProperty().set(to.intValue()));
    HBox.setHgrow(slider, Priority.ALWAYS);
    replay
        .positionProperty()
        .addListener((_, _, now) -> {
          slider.setValue(now.doubleValue());
          if (replay.lengthProperty().get() > 0) {
            at.setText(AT.format(replay.at().atZone(context.clock().getZone())));
          }
        });
    ToggleButton play = new ToggleButton();
    play.setId("replay-play");
    play.setMinWidth(Region.USE_PREF_SIZE);
    play.selectedProperty().bindBidirectional(replay.playingProperty());
    name(play.textProperty(), play, texts);
    texts.localeProperty().addListener(_ -> name(play.textProperty(), play, texts));
    play.selectedProperty().addListener(_ -> name(play.textProperty(), play, texts));
    ChoiceBox<Integer> speed = new ChoiceBox<>();
    speed.setId("replay-speed");
    speed.accessibleTextProperty().bind(texts.get("replay.speed"));
    speed.getItems().setAll(SPEEDS);
    speed.setValue(SPEEDS.getFirst());
    speed.setConverter(new Times());
    speed.valueProperty().addListener((_, _, times) -> replay.speed(times));
    Button close = new Button();
    close.setId("replay-close");
    close.setMinWidth(Region.USE_PREF_SIZE);
    close.textProperty().bind(texts.get("replay.close"));
    close.setOnAction(_ -> replay.close());
    root.getChildren().addAll(word, at, slider, play, speed, close);
    root.visibleProperty().bind(replay.lengthProperty().greaterThan(0));
    root.managedProperty().bind(root.visibleProperty());
  }

  Node root() {
    return root;
  }

  private static void name(StringProperty text, ToggleButton play, Texts texts) {
    text.set(texts.text(play.isSelected() ? "replay.stop" : "replay.play"));
  }

  private static final class Times extends javafx.util.StringConverter<Integer> {
    @Override
    public String toString(Integer times) {
      return times + "×";
    }

    @Override
    public Integer fromString(String text) {
      return Integer.parseInt(text.replace("×", ""));
    }
  }
}
