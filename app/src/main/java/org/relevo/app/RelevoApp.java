package org.relevo.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Scene;
import javafx.scene.image.WritableImage;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.ScaledPane;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.SystemLook;
import org.relevo.app.frame.Theme;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.JmxServiceConnector;
import org.relevo.app.settings.AppSettings;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.task.RealTimers;
import org.relevo.app.task.Tasks;
import org.relevo.app.text.Texts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The window's life: settings, wiring, stage, and the picture where one was asked for.
///
/// Owner: FX thread.
// Made by the toolkit without arguments; its fields are set in start.
@SuppressWarnings("NullAway.Init")
public final class RelevoApp extends Application {
  private static final int EXIT_NO_PICTURE = 1;
  private static final int MAX_PICTURE_SIDE = 10_000;

  // Handed over by the launcher before the toolkit makes this class; never changed after.
  static volatile @Nullable Options options;
  static volatile @Nullable ConnectRequest firstRequest;
  static volatile int exitCode;

  private Logger log;
  private SettingsFolder folder;
  private Clusters clusters;
  private AppWiring wiring;
  private Stage stage;

  @Override
  public void start(Stage primary) throws Options.BadOptions {
    log = LoggerFactory.getLogger(RelevoApp.class);
    stage = primary;
    Options given = options == null ? Options.parse(List.of()) : options;
    folder =
        new SettingsFolder(
            SettingsFolder.place(System.getenv(), Path.of(System.getProperty("user.home", "."))));
    AppSettings settings = folder.settings();
    Theme.loadFonts();
    Theme theme = theme(given, settings);
    Texts texts = new Texts(language(given, settings));
    Tasks tasks = new Tasks(Platform::runLater, new RealTimers());
    clusters =
        new Clusters(
            texts,
            theme,
            () ->
                new AppWiring(
                    new JmxServiceConnector(folder.knownHosts()),
                    tasks,
                    // Its own: what listens to it goes away with the cluster's tab.
                    texts.following(),
                    Clock.system(ZoneId.systemDefault()),
                    theme,
                    folder));
    wiring = clusters.selected();
    ScaledPane scaled = new ScaledPane(clusters.root());
    scaled.percent(settings.scale());
    clusters.onScale(scaled::step);
    scaled.percentProperty().addListener(_ -> folder.change(s -> s.withScale(scaled.percent())));
    Scene scene =
        new Scene(
            scaled,
            given.width() > 0 ? given.width() : bounded(settings.width()),
            given.height() > 0 ? given.height() : bounded(settings.height()));
    clusters.themeProperty().subscribe(t -> t.applyTo(scene));
    SystemLook look =
        new SystemLook(
            Platform.getPreferences().colorSchemeProperty(),
            clusters.themeProperty(),
            given.theme().isEmpty() && settings.theme().isEmpty());
    clusters.installKeys(scene);
    rememberLook(given, texts, look);
    stage.titleProperty().bind(clusters.titleProperty());
    stage.setScene(scene);
    stage.setMinWidth(1000);
    stage.setMinHeight(680);
    stage.show();
    ScreenId wanted = given.screen().orElse(ScreenId.OVERVIEW);
    begin(given, wanted);
    given.screenshot().ifPresent(file -> pictureLater(file, given.after()));
  }

  /// With credentials it connects at once; otherwise the person starts at the Connect screen.
  private void begin(Options given, ScreenId wanted) {
    ConnectRequest request = firstRequest;
    if (request != null) {
      wiring.context().navigator().show(wanted);
      wiring.connectFirst(request);
      return;
    }
    given.address().ifPresent(wiring::prefill);
    wiring.context().navigator().show(given.screen().orElse(ScreenId.CONNECT));
  }

  private void rememberLook(Options given, Texts texts, SystemLook look) {
    clusters.onFollowSystem(look::follow);
    if (given.screenshot().isPresent()) {
      return;
    }
    Runnable remember =
        () ->
            folder.change(s ->
                s.withLook(
                    texts.locale().getLanguage(),
                    look.following() ? "" : clusters.themeProperty().get().styleClass()));
    texts.localeProperty().addListener(_ -> remember.run());
    clusters.themeProperty().addListener(_ -> remember.run());
    clusters.onFollowSystem(() -> {
      look.follow();
      // Also where the system looks like what was chosen, and nothing changes now.
      remember.run();
    });
  }

  private void pictureLater(Path file, Duration after) {
    wiring.context().tasks().after(after, () -> picture(file));
  }

  private void picture(Path file) {
    WritableImage image = stage.getScene().snapshot(null);
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      if (!ImageIO.write(SwingFXUtils.fromFXImage(image, null), "png", file.toFile())) {
        throw new IOException("no PNG writer in this run time");
      }
      log.info("screenshot.written file={}", file);
    } catch (IOException e) {
      exitCode = EXIT_NO_PICTURE;
      log.error("screenshot.unwritten file={} reason=\"{}\"", file, e.toString());
    }
    Platform.exit();
  }

  @Override
  public void stop() {
    Options given = options;
    if (given != null && given.screenshot().isEmpty()) {
      Scene scene = stage.getScene();
      folder.change(s -> s.withSize((int) scene.getWidth(), (int) scene.getHeight()));
    }
    clusters.close();
  }

  private static int bounded(int side) {
    return Math.clamp(side, 480, MAX_PICTURE_SIDE);
  }

  private static Locale language(Options given, AppSettings settings) {
    String chosen = given.language().isEmpty() ? settings.language() : given.language();
    return chosen.isEmpty() ? Locale.getDefault() : Locale.of(chosen);
  }

  private static Theme theme(Options given, AppSettings settings) {
    String chosen = given.theme().isEmpty() ? settings.theme() : given.theme();
    if (!chosen.isEmpty()) {
      return Theme.of(chosen);
    }
    return Theme.of(Platform.getPreferences().getColorScheme());
  }
}
