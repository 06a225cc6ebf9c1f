package org.relevo.app.view.part;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/// Asks the person where a file shall go.
@FunctionalInterface
public interface FileTarget {
  /// @param suggestedName with the extension that is chosen first
  /// @param extensions without dots, the first is the default
  /// @return empty when the person changed their mind
  Optional<Path> ask(
      @Nullable Window owner, String title, String suggestedName, List<String> extensions);

  /// The system's own file dialog.
  static FileTarget dialog() {
    return (owner, title, suggestedName, extensions) -> {
      FileChooser chooser = new FileChooser();
      chooser.setTitle(title);
      chooser.setInitialFileName(suggestedName);
      for (String extension : extensions) {
        chooser
            .getExtensionFilters()
            .add(
                new FileChooser.ExtensionFilter(
                    extension.toUpperCase(Locale.ROOT), "*." + extension));
      }
      File file = chooser.showSaveDialog(owner);
      return Optional.ofNullable(file).map(File::toPath);
    };
  }
}
