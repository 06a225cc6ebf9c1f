package org.relevo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.Scene;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.task.Tasks;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.ManualTimers;
import org.relevo.app.testkit.ScriptedService;
import org.relevo.app.testkit.TestClock;
import org.relevo.app.text.Texts;
import org.testfx.api.FxToolkit;

/// Tabs of clusters come and go; a window may be open for months.
class ClustersTest {
  private static final ConnectRequest REQUEST =
      new ConnectRequest(
          "db-a.example",
          9899,
          "admin",
          "secret",
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final TestClock clock = new TestClock();
  private final ManualTimers timers = new ManualTimers(clock);
  private final ScriptedService service = new ScriptedService(clock);
  @TempDir private Path folder;

  @Test
  void aTabThatIsClosedIsForgotten() throws Exception {
    FxToolkit.registerPrimaryStage();
    // Of its own: the robot keeps the events of the one above, and whom they went to.
    Stage stage = AppFixture.on(() -> new Stage());
    Texts texts = AppFixture.on(() -> new Texts(Locale.ENGLISH));
    Tasks tasks =
        new Tasks(
            Runnable::run,
            timers,
            (_, work) -> {
              work.run();
              return () -> {};
            });
    SettingsFolder settings = new SettingsFolder(folder);
    Clusters clusters =
        AppFixture.on(() -> {
          Clusters made =
              new Clusters(
                  texts,
                  Theme.DARK,
                  () ->
                      new AppWiring(
                          service, tasks, texts.following(), clock, Theme.DARK, settings));
          stage.setScene(new Scene(made.root(), 1280, 860));
          stage.show();
          return made;
        });
    WeakReference<AppWiring> closed =
        AppFixture.on(() -> {
          AppWiring second = clusters.add();
          second.session().connect(REQUEST, () -> {}, _ -> {});
          for (ScreenId id : ScreenId.values()) {
            second.context().navigator().show(id);
            clusters.root().applyCss();
            clusters.root().layout();
          }
          texts.localeProperty().set(Locale.of("es"));
          assertThat(second.context().texts().locale().getLanguage()).isEqualTo("es");
          second.context().texts().localeProperty().set(Locale.ENGLISH);
          assertThat(texts.locale()).isEqualTo(Locale.ENGLISH);
          clusters.remove(second);
          return new WeakReference<>(second);
        });
    AppFixture.run(() -> timers.advance(Duration.ofSeconds(30)));
    for (int i = 0; i < 100 && closed.get() != null; i++) {
      AppFixture.run(clusters.root()::layout);
      System.gc();
    }
    assertThat(closed.get()).as("the closed tab").isNull();
    AppFixture.run(() -> {
      stage.hide();
      clusters.close();
    });
  }
}
