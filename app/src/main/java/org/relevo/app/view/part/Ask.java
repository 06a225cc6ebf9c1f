package org.relevo.app.view.part;

import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;

/// A question in the page itself, before something that cannot be taken back: no dialog covers what
/// it is about.
///
/// Owner: FX thread.
public final class Ask {
  private final HBox box = new HBox(12);
  private final Label words = new Label();
  private final Button yes = new Button();
  private Runnable then = () -> {};

  public Ask(Texts texts) {
    StateLabel state = new StateLabel();
    state.markProperty().set(Mark.WARN);
    state.wordsProperty().bind(texts.get("ask.sure"));
    state.setMinWidth(Region.USE_PREF_SIZE);
    words.setWrapText(true);
    yes.setId("ask-yes");
    yes.getStyleClass().add("danger");
    yes.setMinWidth(Region.USE_PREF_SIZE);
    yes.setOnAction(_ -> {
      hide();
      then.run();
    });
    Button no = new Button();
    no.setId("ask-no");
    no.setMinWidth(Region.USE_PREF_SIZE);
    no.textProperty().bind(texts.get("ask.no"));
    no.setOnAction(_ -> hide());
    box.getStyleClass().add("problem");
    box.getChildren().addAll(state, words, yes, no);
    hide();
  }

  public HBox node() {
    return box;
  }

  /// @param question one sentence
  /// @param verb what the button says
  public void ask(String question, String verb, Runnable action) {
    words.setText(question);
    yes.setText(verb);
    then = action;
    box.setVisible(true);
    box.setManaged(true);
  }

  private void hide() {
    box.setVisible(false);
    box.setManaged(false);
  }
}
