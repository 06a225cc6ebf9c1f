package org.relevo.app.testkit;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Labeled;
import javafx.scene.image.WritableImage;
import javafx.scene.text.Text;
import javax.imageio.ImageIO;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;

/// Pictures of the window, and a walk that finds texts that do not fit.
public final class Screenshots {
  public static final List<String> LANGUAGES = List.of("en", "es");

  private static final Path FOLDER = Path.of("target", "screenshots");

  private Screenshots() {}

  /// Opens the window on the screen, connected, and writes `<screen>-<lang>-<theme>.png`.
  public static Path take(ScreenId screen, String language, Theme theme) throws Exception {
    try (AppFixture fixture = AppFixture.connected(language, theme)) {
      fixture.show(screen);
      return take(fixture, screen.id());
    }
  }

  /// Writes what the window shows now as `<name>-<lang>-<theme>.png`, and fails on elided texts.
  public static Path take(AppFixture fixture, String name) {
    String language = fixture.texts().locale().getLanguage();
    Path file = FOLDER.resolve(name + "-" + language + "-" + fixture.theme().styleClass() + ".png");
    WritableImage image = AppFixture.on(() -> fixture.stage().getScene().snapshot(null));
    BufferedImage pixels = SwingFXUtils.fromFXImage(image, null);
    try {
      Files.createDirectories(FOLDER);
      ImageIO.write(pixels, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    List<String> elided = elided(fixture);
    if (!elided.isEmpty()) {
      throw new AssertionError(file.getFileName() + ": texts that do not fit: " + elided);
    }
    return file;
  }

  /// Visible labels whose drawn text is not their whole text.
  public static List<String> elided(AppFixture fixture) {
    return AppFixture.on(() -> {
      List<String> found = new ArrayList<>();
      collect(fixture.stage().getScene().getRoot(), found);
      return found;
    });
  }

  private static void collect(Node node, List<String> found) {
    if (!node.isVisible()) {
      return;
    }
    if (node instanceof Labeled labeled
        && labeled.getText() != null
        && !node.getStyleClass().contains("may-elide")) {
      for (Node child : labeled.getChildrenUnmodifiable()) {
        if (child instanceof Text text && !text.getText().equals(labeled.getText())) {
          found.add(labeled.getText() + " -> " + text.getText());
        }
      }
    }
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(child, found));
    }
  }
}
