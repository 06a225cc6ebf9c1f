package org.relevo.app.view.part;

import java.util.Optional;
import javafx.print.PageLayout;
import javafx.print.PageOrientation;
import javafx.print.Paper;
import javafx.print.Printer;
import javafx.print.PrinterJob;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Screen;

/// Prints the visible screen on one page, by the system's print dialog.
///
/// Owner: FX thread.
public final class Printing {
  private final AppContext context;
  private final Press paper;

  /// Puts a picture on paper.
  @FunctionalInterface
  public interface Press {
    /// @return empty when there is no printer; false when it did not print or was not to
    Optional<Boolean> print(@Nullable Window owner, Image picture);
  }

  public Printing(AppContext context, Press paper) {
    this.context = context;
    this.paper = paper;
  }

  /// @param say told what came of it
  public void print(java.util.function.Consumer<String> say) {
    Optional<Screen> screen = context.navigator().visible();
    if (screen.isEmpty()) {
      return;
    }
    if (screen.get().root().getScene() == null) {
      // In its place stands that nothing is connected.
      say.accept(context.texts().text("frame.unconnected"));
      return;
    }
    SnapshotParameters parameters = new SnapshotParameters();
    parameters.setFill(screen.get().root().getScene().getFill());
    Image picture = screen.get().root().snapshot(parameters, null);
    Optional<Boolean> printed = paper.print(screen.get().root().getScene().getWindow(), picture);
    say.accept(
        context
            .texts()
            .text(
                printed.isEmpty()
                    ? "print.no-printer"
                    : printed.get() ? "print.done" : "print.not"));
  }

  /// The system's printers.
  public static Press system() {
    return (owner, picture) -> {
      Printer printer = Printer.getDefaultPrinter();
      if (printer == null && Printer.getAllPrinters().isEmpty()) {
        return Optional.empty();
      }
      PrinterJob job = PrinterJob.createPrinterJob();
      if (job == null) {
        return Optional.empty();
      }
      PageLayout page =
          job.getPrinter()
              .createPageLayout(Paper.A4, PageOrientation.LANDSCAPE, Printer.MarginType.DEFAULT);
      job.getJobSettings().setPageLayout(page);
      if (!job.showPrintDialog(owner)) {
        job.cancelJob();
        return Optional.of(false);
      }
      ImageView view = new ImageView(picture);
      view.setPreserveRatio(true);
      view.setFitWidth(page.getPrintableWidth());
      view.setFitHeight(page.getPrintableHeight());
      if (job.printPage(view) && job.endJob()) {
        return Optional.of(true);
      }
      // Else it would wait in the printer's queue for more pages.
      job.cancelJob();
      return Optional.of(false);
    };
  }
}
