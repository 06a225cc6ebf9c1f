package org.relevo.app.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.layout.Pane;
import javafx.stage.Stage;
import org.relevo.app.AppWiring;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.task.Tasks;
import org.relevo.app.text.Texts;
import org.testfx.api.FxToolkit;
import org.testfx.util.WaitForAsyncUtils;

/// The whole window, 1280 by 860, over a [ScriptedService]. Work runs at once on the FX thread and
/// time moves only by [#advance], so that every picture is the same in every run.
///
/// Owner: the test's thread; everything inside is done on the FX thread.
public final class AppFixture implements AutoCloseable {
  public static final int WIDTH = 1280;
  public static final int HEIGHT = 860;

  private final TestClock clock = new TestClock();
  private final ManualTimers timers = new ManualTimers(clock);
  private final ScriptedService service = new ScriptedService(clock);
  private final Path settings;
  private final Texts texts;
  private final AppWiring wiring;
  private final Stage stage;
  private final Theme theme;

  private AppFixture(Locale locale, Theme theme) throws Exception {
    this.theme = theme;
    settings = Files.createTempDirectory("relevo-app-settings");
    stage = FxToolkit.registerPrimaryStage();
    texts = on(() -> new Texts(locale));
    Tasks.Worker atOnce =
        (_, work) -> {
          work.run();
          return () -> {};
        };
    Tasks tasks = new Tasks(Runnable::run, timers, atOnce);
    wiring =
        on(() -> new AppWiring(service, tasks, texts, clock, theme, new SettingsFolder(settings)));
    on(() -> {
      Theme.loadFonts();
      Scene scene = new Scene(wiring.frame().root(), WIDTH, HEIGHT);
      wiring.frame().themeProperty().subscribe(t -> t.applyTo(scene));
      wiring.frame().installKeys(scene);
      stage.setScene(scene);
      stage.setX(0);
      stage.setY(0);
      stage.setWidth(WIDTH);
      stage.setHeight(HEIGHT);
      stage.show();
      return true;
    });
  }

  /// Not connected yet.
  public static AppFixture disconnected(String language, Theme theme) throws Exception {
    return new AppFixture(Locale.of(language), theme);
  }

  /// Connected to the scripted service, first data taken.
  public static AppFixture connected(String language, Theme theme) throws Exception {
    AppFixture fixture = new AppFixture(Locale.of(language), theme);
    fixture.connect();
    return fixture;
  }

  public void connect() {
    on(() -> {
      wiring
          .session()
          .connect(
              new ConnectRequest(
                  "db-a.example",
                  9899,
                  "admin",
                  "secret",
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty()),
              () -> {},
              failure -> {
                throw new AssertionError(failure);
              });
      return true;
    });
  }

  public ScriptedService service() {
    return service;
  }

  public AppWiring wiring() {
    return wiring;
  }

  public ClusterModel model() {
    return wiring.context().model();
  }

  public Texts texts() {
    return texts;
  }

  public TestClock clock() {
    return clock;
  }

  public ManualTimers timers() {
    return timers;
  }

  public Stage stage() {
    return stage;
  }

  public Theme theme() {
    return theme;
  }

  public Path settingsFolder() {
    return settings;
  }

  /// Makes a screen visible and waits until it is laid out.
  public Screen show(ScreenId id) {
    return on(() -> {
      wiring.context().navigator().show(id);
      stage.getScene().getRoot().applyCss();
      stage.getScene().getRoot().layout();
      return wiring.context().navigator().screen(id);
    });
  }

  /// Lets time pass on the FX thread; the service samples along, a second at a time.
  public void advance(Duration by) {
    on(() -> {
      Duration left = by;
      while (left.isPositive()) {
        Duration piece = left.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : left;
        timers.advance(piece);
        service.sampleUntilNow();
        left = left.minus(piece);
      }
      return true;
    });
  }

  /// The only node with that id.
  public <T extends Node> T find(String id, Class<T> type) {
    return on(() -> {
      Node found = stage.getScene().getRoot().lookup("#" + id);
      if (found == null) {
        throw new AssertionError("no node with id " + id);
      }
      return type.cast(found);
    });
  }

  /// Runs on the FX thread and waits for the end and for the layout that follows.
  public static <T> T on(Callable<T> work) {
    if (Platform.isFxApplicationThread()) {
      try {
        return work.call();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    try {
      T result = WaitForAsyncUtils.asyncFx(work).get(30, TimeUnit.SECONDS);
      WaitForAsyncUtils.waitForFxEvents(2);
      return result;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the FX thread did not answer", e);
    }
  }

  /// As [#on] without an answer.
  public static void run(Runnable work) {
    on(() -> {
      work.run();
      return true;
    });
  }

  @Override
  public void close() {
    run(() -> {
      wiring.close();
      stage.setScene(new Scene(new Pane()));
      stage.hide();
    });
    try {
      FxToolkit.cleanupStages();
      try (Stream<Path> files = Files.list(settings)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.deleteIfExists(settings);
    } catch (TimeoutException | IOException e) {
      throw new AssertionError("cannot tidy up after the test", e);
    }
  }
}
