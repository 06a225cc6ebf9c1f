package org.relevo.app.testkit;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.TextInputControl;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Pane;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.controlsfx.control.NotificationPane;
import org.relevo.app.AppWiring;
import org.relevo.app.Clusters;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.JmxServiceConnector;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.task.RealTimers;
import org.relevo.app.task.Tasks;
import org.relevo.app.text.Texts;
import org.testfx.api.FxToolkit;

/// The whole window as it is started, over a real connection, with real time.
///
/// Owner: the test's thread; everything inside is done on the FX thread.
public final class RealApp implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Texts texts;
  private final Clusters clusters;
  private final Stage stage;
  private final Supplier<String> whenLate;

  /// @param whenLate what to add to the text of a failure
  public RealApp(Path settings, Supplier<String> whenLate) throws Exception {
    this.whenLate = whenLate;
    stage = FxToolkit.registerPrimaryStage();
    texts = AppFixture.on(() -> new Texts(Locale.ENGLISH));
    Tasks tasks = new Tasks(Platform::runLater, new RealTimers());
    SettingsFolder folder = new SettingsFolder(settings);
    clusters =
        AppFixture.on(() ->
            new Clusters(
                texts,
                Theme.LIGHT,
                () ->
                    new AppWiring(
                        new JmxServiceConnector(folder.knownHosts()),
                        tasks,
                        texts,
                        Clock.system(ZoneId.systemDefault()),
                        Theme.LIGHT,
                        folder)));
    AppFixture.run(() -> {
      Theme.loadFonts();
      Scene scene = new Scene(clusters.root(), AppFixture.WIDTH, AppFixture.HEIGHT);
      clusters.themeProperty().subscribe(theme -> theme.applyTo(scene));
      clusters.installKeys(scene);
      stage.setScene(scene);
      stage.setX(0);
      stage.setY(0);
      stage.setWidth(AppFixture.WIDTH);
      stage.setHeight(AppFixture.HEIGHT);
      stage.show();
    });
  }

  public AppWiring wiring() {
    return AppFixture.on(clusters::selected);
  }

  public Clusters clusters() {
    return clusters;
  }

  public void connect(ConnectRequest request) {
    AppFixture.run(() -> clusters.selected().connectFirst(request));
    until("connected", () -> wiring().context().model().statusProperty().get() != null);
  }

  public void show(ScreenId id) {
    AppFixture.run(() -> clusters.selected().context().navigator().show(id));
  }

  /// Waits until it is so, asked on the FX thread.
  public void until(String what, BooleanSupplier condition) {
    until(what, Duration.ofSeconds(60), condition);
  }

  public void until(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!AppFixture.on(condition::getAsBoolean)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not within " + limit.toSeconds() + " s: " + what + "\n" + whenLate.get());
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while waiting for: " + what, e);
      }
    }
  }

  public <T extends Node> T find(String id, Class<T> type) {
    return AppFixture.on(() -> {
      Node found = stage.getScene().getRoot().lookup("#" + id);
      if (found == null) {
        throw new AssertionError("no node with id " + id);
      }
      return type.cast(found);
    });
  }

  /// Presses a button once it may be pressed.
  public void press(String id) {
    ButtonBase button = find(id, ButtonBase.class);
    until(id + " can be pressed", () -> !button.isDisabled());
    AppFixture.run(button::fire);
  }

  public void type(String id, String words) {
    TextInputControl field = find(id, TextInputControl.class);
    AppFixture.run(() -> field.setText(words));
  }

  public void look(String language, Theme theme) {
    AppFixture.run(() -> {
      texts.localeProperty().set(Locale.of(language));
      clusters.themeProperty().set(theme);
    });
  }

  /// Writes what is shown, at three quarters of its size and with few colours, so that a manual's
  /// pictures stay small.
  public void picture(Path folder, String name) throws IOException {
    NotificationPane notices = find("notifications", NotificationPane.class);
    AppFixture.run(notices::hide);
    until("no notice covers the screen", () -> !notices.isShowing());
    WritableImage image =
        AppFixture.on(() -> {
          stage.getScene().getRoot().applyCss();
          stage.getScene().getRoot().layout();
          return stage.getScene().snapshot(null);
        });
    String file =
        name
            + "-"
            + texts.locale().getLanguage()
            + "-"
            + AppFixture.on(() -> clusters.themeProperty().get().styleClass())
            + ".png";
    Files.createDirectories(folder);
    BufferedImage small = SmallPicture.of(SwingFXUtils.fromFXImage(image, null));
    ImageIO.write(small, "png", folder.resolve(file).toFile());
  }

  @Override
  public void close() {
    AppFixture.run(() -> {
      clusters.close();
      stage.setScene(new Scene(new Pane()));
      stage.hide();
    });
    try {
      FxToolkit.cleanupStages();
    } catch (TimeoutException e) {
      throw new AssertionError("cannot tidy up after the test", e);
    }
  }
}
