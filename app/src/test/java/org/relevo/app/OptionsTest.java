package org.relevo.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;

class OptionsTest {
  @TempDir Path folder;

  @Test
  void everyOptionIsUnderstood() throws Exception {
    Options options =
        Options.parse(
            List.of(
                "--screenshot",
                "x.png",
                "--screen",
                "logs",
                "--after",
                "9",
                "--lang",
                "es",
                "--theme",
                "dark",
                "--size",
                "1200x800",
                "--connect",
                "db:9899"));
    assertThat(options.screen()).contains(ScreenId.LOGS);
    assertThat(options.after()).isEqualTo(Duration.ofSeconds(9));
    assertThat(options.width()).isEqualTo(1200);
    assertThat(options.address()).contains("db:9899");
  }

  @Test
  void aWrongOptionIsNamedWithTheWayOut() {
    assertThatThrownBy(() -> Options.parse(List.of("--sceen")))
        .hasMessage("unknown option --sceen; relevo app --help lists all");
    assertThatThrownBy(() -> Options.parse(List.of("--theme", "blue")))
        .hasMessage("--theme blue: must be light or dark");
    assertThatThrownBy(() -> Options.parse(List.of("--size", "12")))
        .hasMessageContaining("1280x860");
    assertThatThrownBy(() -> Options.parse(List.of("--after")))
        .hasMessageContaining("--after needs a value");
  }

  @Test
  void credentialsWithoutAPortNameTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), "{\"host\":\"h\",\"user\":\"u\"}");
    assertThatThrownBy(() -> Credentials.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("port");
  }
}
