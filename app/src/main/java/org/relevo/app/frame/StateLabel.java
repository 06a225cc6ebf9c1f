package org.relevo.app.frame;

import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.scene.control.Label;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.Mark;

/// A state: symbol, word and colour, never colour alone. Set it, or bind its properties.
///
/// Owner: FX thread.
public final class StateLabel extends Label {
  private final ObjectProperty<@Nullable Mark> mark = new SimpleObjectProperty<>();
  private final StringProperty words = new SimpleStringProperty("");
  private final StringProperty symbol = new SimpleStringProperty("");

  public StateLabel() {
    getStyleClass().add("state-label");
    mark.addListener((_, _, _) -> redraw());
    words.addListener((_, _, _) -> redraw());
    symbol.addListener((_, _, _) -> redraw());
  }

  public StateLabel(Mark mark, String words) {
    this();
    show(mark, words);
  }

  /// Null shows nothing.
  public ObjectProperty<@Nullable Mark> markProperty() {
    return mark;
  }

  public StringProperty wordsProperty() {
    return words;
  }

  /// A symbol of its own, such as a role's, in place of the mark's; "" for the mark's.
  public StringProperty symbolProperty() {
    return symbol;
  }

  /// Shows another state.
  public void show(Mark newMark, String newWords) {
    show("", newMark, newWords);
  }

  /// Shows a state with a symbol of its own.
  public void show(String newSymbol, Mark newMark, String newWords) {
    symbol.set(newSymbol);
    words.set(newWords);
    mark.set(newMark);
  }

  /// Shows nothing.
  public void clear() {
    mark.set(null);
  }

  private void redraw() {
    for (Mark other : Mark.values()) {
      getStyleClass().remove(other.styleClass());
    }
    Mark now = mark.get();
    if (now == null) {
      setText("");
      setAccessibleText("");
      return;
    }
    getStyleClass().add(now.styleClass());
    setText((symbol.get().isEmpty() ? now.symbol() : symbol.get()) + " " + words.get());
    setAccessibleText(words.get());
  }
}
