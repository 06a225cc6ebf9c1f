package org.relevo.app.view.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportFileTest {
  @TempDir Path folder;

  @Test
  void anExistingFileIsReplacedWhole() throws IOException {
    Path file = folder.resolve("out.csv");
    Files.writeString(file, "old and longer");
    assertThat(ExportFile.text(file, "ñ").write()).isEqualTo(file);
    assertThat(Files.readString(file)).isEqualTo("ñ");
    assertThat(folder.toFile().list()).containsExactly("out.csv");
  }

  @Test
  void aFolderThatDoesNotExistIsNamedAndNothingIsLeft() {
    Path file = folder.resolve("missing").resolve("out.csv");
    assertThatThrownBy(() -> ExportFile.text(file, "x").write())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void theExtensionAsksForAPicture() {
    assertThat(ExportFile.isPicture(Path.of("a.PNG"))).isTrue();
    assertThat(ExportFile.isPicture(Path.of("png.csv"))).isFalse();
  }

  @Test
  void cellsAreQuotedAndFormulasDisarmed() {
    assertThat(Csv.line(List.of("a", "b,c", "d\"e", "=1+1", "")))
        .isEqualTo("a,\"b,c\",\"d\"\"e\",'=1+1,\r\n");
  }
}
