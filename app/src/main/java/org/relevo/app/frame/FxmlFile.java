package org.relevo.app.frame;

import java.io.IOException;
import java.net.URL;
import javafx.fxml.FXMLLoader;
import javafx.scene.Parent;

/// Loads a screen's FXML beside its controller class. Texts are bound by the controller, so that
/// they follow the language.
public final class FxmlFile {
  private FxmlFile() {}

  /// Loads `<controller's simple name>.fxml` from the controller's package and fills its fields.
  ///
  /// @throws IllegalStateException when the file is missing or broken: a fault of the build
  public static Parent load(Object controller) {
    Class<?> type = controller.getClass();
    String name = type.getSimpleName() + ".fxml";
    URL url = type.getResource(name);
    if (url == null) {
      throw new IllegalStateException(name + " is missing beside " + type.getName());
    }
    FXMLLoader loader = new FXMLLoader(url);
    loader.setControllerFactory(_ -> controller);
    loader.setClassLoader(type.getClassLoader());
    try {
      return loader.load();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + url + ": " + e.getMessage(), e);
    }
  }
}
