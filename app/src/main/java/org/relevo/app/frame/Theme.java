package org.relevo.app.frame;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.scene.Scene;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import org.jspecify.annotations.Nullable;

/// The two looks. Each sets the user-agent sheet of the whole application and the palette class of
/// the scene's root.
public enum Theme {
  LIGHT("light", "#ffffff"),
  DARK("dark", "#0d1117");

  private static final List<String> FONTS =
      List.of(
          "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf");

  private final String styleClass;
  private final String background;

  Theme(String styleClass, String background) {
    this.styleClass = styleClass;
    this.background = background;
  }

  /// Also the name in settings and on the command line.
  public String styleClass() {
    return styleClass;
  }

  /// The look of the person's system; dark where it does not say.
  public static Theme of(@Nullable ColorScheme scheme) {
    return scheme == ColorScheme.LIGHT ? LIGHT : DARK;
  }

  public Theme other() {
    return this == LIGHT ? DARK : LIGHT;
  }

  /// @return the theme of that name, dark when there is none
  public static Theme of(String name) {
    return name.equals(LIGHT.styleClass) ? LIGHT : DARK;
  }

  /// Dresses a scene; call before the stage is shown, so that nothing flashes white.
  public void applyTo(Scene scene) {
    scene.setFill(Color.web(background));
    List<String> classes = scene.getRoot().getStyleClass();
    if (!classes.contains(styleClass)) {
      classes.add(styleClass);
    }
    classes.remove(other().styleClass);
    String sheet = sheet().toExternalForm();
    if (!scene.getStylesheets().contains(sheet)) {
      scene.getStylesheets().add(sheet);
    }
    Application.setUserAgentStylesheet(
        this == LIGHT
            ? new PrimerLight().getUserAgentStylesheet()
            : new PrimerDark().getUserAgentStylesheet());
  }

  /// Makes the fonts of the jar known, so that every host shows the same letters and symbols.
  ///
  /// @throws IllegalStateException when one is missing: a fault of the build
  public static void loadFonts() {
    for (String name : FONTS) {
      try (InputStream in = Theme.class.getResourceAsStream("/org/relevo/app/fonts/" + name)) {
        if (in == null || Font.loadFont(in, 13) == null) {
          throw new IllegalStateException("font " + name + " is missing or broken in the jar");
        }
      } catch (IOException e) {
        throw new IllegalStateException("cannot read font " + name, e);
      }
    }
  }

  private static URL sheet() {
    URL found = Theme.class.getResource("app.css");
    if (found == null) {
      throw new IllegalStateException("app.css is missing beside " + Theme.class.getName());
    }
    return found;
  }
}
