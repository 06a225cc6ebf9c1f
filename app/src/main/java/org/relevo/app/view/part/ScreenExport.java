package org.relevo.app.view.part;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.Image;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Screen;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Environment;
import org.relevo.jmx.contract.ClusterStatus;

/// Writes what the visible screen shows: its rows as CSV, or the page as a picture.
///
/// Owner: FX thread; the file is written in a task.
public final class ScreenExport {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private final AppContext context;
  private final FileTarget target;

  public ScreenExport(AppContext context, FileTarget target) {
    this.context = context;
    this.target = target;
  }

  /// @param say told where it went, or why not
  public void export(java.util.function.Consumer<String> say) {
    Optional<Screen> screen = context.navigator().visible();
    if (screen.isEmpty()) {
      return;
    }
    if (screen.get().root().getScene() == null) {
      // In its place stands that nothing is connected.
      say.accept(context.texts().text("frame.unconnected"));
      return;
    }
    Optional<String> csv = screen.get().csv();
    Node root = screen.get().root();
    Optional<Path> path =
        target.ask(
            root.getScene().getWindow(),
            context.texts().text("dashboard.export.title"),
            "relevo-" + screen.get().id() + (csv.isPresent() ? ".csv" : ".png"),
            csv.isPresent() ? List.of("csv", "png", "pdf") : List.of("png", "pdf"));
    path.ifPresent(chosen -> {
      ExportFile file = content(chosen, csv, root, head(screen.get()));
      context
          .tasks()
          .run(
              "export",
              DEADLINE,
              file::write,
              written ->
                  say.accept(context.texts().text("dashboard.export.done", written.toString())),
              failure ->
                  say.accept(
                      context.texts().text("dashboard.export.failed", Poller.reason(failure))));
    });
  }

  /// Such as `ventas [PRODUCTION] - alarms - 2026-11-23 20:30`; of a recording, that it is one and
  /// the moment of it.
  private String head(Screen screen) {
    ClusterStatus status = context.model().statusProperty().get();
    if (status == null) {
      return screen.id();
    }
    Environment environment = context.model().environmentProperty().get();
    String word =
        environment == Environment.NONE
            ? ""
            : " [" + context.texts().text(environment.textKey()).toUpperCase(Locale.ROOT) + "]";
    boolean past = context.model().connectionProperty().get() instanceof ConnectionState.Replaying;
    Instant at = past ? Instant.ofEpochMilli(status.sampledAtEpochMs()) : context.clock().instant();
    return status.clusterName()
        + word
        + " - "
        + screen.id()
        + " - "
        + (past ? context.texts().text("connection.replaying") + " " : "")
        + AT.format(at.atZone(context.clock().getZone()));
  }

  private static ExportFile content(Path path, Optional<String> csv, Node root, String head) {
    if (csv.isPresent() && !ExportFile.isPicture(path) && !ExportFile.isPage(path)) {
      return ExportFile.text(path, csv.get());
    }
    SnapshotParameters parameters = new SnapshotParameters();
    parameters.setFill(root.getScene().getFill());
    Image picture = root.snapshot(parameters, null);
    return ExportFile.isPage(path)
        ? ExportFile.pdf(path, picture, head)
        : ExportFile.png(path, picture);
  }
}
