package org.relevo.app.view.part;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.SnapshotParameters;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Screen;

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

  /// Such as `ventas [PRODUCTION] – Alarms – 2026-11-23 20:30`.
  private String head(Screen screen) {
    return context.model().statusProperty().get() == null
        ? screen.id()
        : context.model().statusProperty().get().clusterName()
            + " "
            + context.model().environmentProperty().get().id()
            + " - "
            + screen.id()
            + " - "
            + AT.format(context.clock().instant().atZone(context.clock().getZone()));
  }

  private static ExportFile content(Path path, Optional<String> csv, Node root, String head) {
    if (csv.isPresent() && !ExportFile.isPicture(path) && !ExportFile.isPage(path)) {
      return ExportFile.text(path, csv.get());
    }
    SnapshotParameters parameters = new SnapshotParameters();
    parameters.setFill(root.getScene().getFill());
    try {
      return ExportFile.isPage(path)
          ? ExportFile.pdf(path, root.snapshot(parameters, null), head)
          : ExportFile.png(path, root.snapshot(parameters, null));
    } catch (IOException e) {
      throw new UncheckedIOException("a picture in memory cannot fail", e);
    }
  }
}
