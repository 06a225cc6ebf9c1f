package org.relevo.app.view.part;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
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
            csv.isPresent() ? List.of("csv", "png") : List.of("png"));
    path.ifPresent(chosen -> {
      ExportFile file = content(chosen, csv, root);
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

  private static ExportFile content(Path path, Optional<String> csv, Node root) {
    if (csv.isPresent() && !ExportFile.isPicture(path)) {
      return ExportFile.text(path, csv.get());
    }
    SnapshotParameters parameters = new SnapshotParameters();
    parameters.setFill(root.getScene().getFill());
    try {
      return ExportFile.png(path, root.snapshot(parameters, null));
    } catch (IOException e) {
      throw new UncheckedIOException("a picture in memory cannot fail", e);
    }
  }
}
