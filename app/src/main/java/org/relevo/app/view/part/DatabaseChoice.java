package org.relevo.app.view.part;

import java.util.List;
import javafx.scene.control.ChoiceBox;
import org.relevo.app.text.Texts;

/// Chooses a database of a server: the first that holds people's data until another is chosen.
///
/// Owner: FX thread; [#name] may be read by any thread.
public final class DatabaseChoice {
  private static final String MAINTENANCE = "postgres";

  private final ChoiceBox<String> box = new ChoiceBox<>();
  private volatile String chosen = "";

  public DatabaseChoice(Texts texts, String id, Runnable onChange) {
    box.setId(id);
    box.accessibleTextProperty().bind(texts.get("choice.database"));
    box.valueProperty()
        .addListener((_, _, value) -> {
          if (value != null && !value.equals(chosen)) {
            chosen = value;
            onChange.run();
          }
        });
  }

  public ChoiceBox<String> node() {
    return box;
  }

  public String name() {
    return chosen;
  }

  public void choose(String name) {
    if (box.getItems().contains(name)) {
      box.setValue(name);
    }
  }

  /// The server's databases; the first that is no maintenance database is chosen.
  public void offer(List<String> names) {
    if (box.getItems().equals(names)) {
      return;
    }
    String before = chosen;
    box.getItems().setAll(names);
    names.stream()
        .filter(name -> before.isEmpty() ? !name.equals(MAINTENANCE) : name.equals(before))
        .findFirst()
        .or(() -> names.stream().findFirst())
        .ifPresent(box::setValue);
  }
}
