package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludesTest {
  private static final String MINIMAL = "backend_hostname0 = 'db1'\n";

  @TempDir Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    Files.createDirectory(folder.resolve("conf.d"));
  }

  @Test
  void includesAreReadInPlaceRelativeToTheirFile() throws Exception {
    write("conf.d/more.conf", "port = 7000\ninclude 'most.conf'\n");
    write("conf.d/most.conf", "jmx_port = 7001\n");
    Path file = write("relevo.conf", MINIMAL + "port = 1\ninclude = 'conf.d/more.conf'\n");

    ProxyConfig config = ProxyConfig.load(file);

    assertThat(config.clients().port()).isEqualTo(7000);
    assertThat(config.management().port()).isEqualTo(7001);
  }

  @Test
  void aDirectoryIsReadByNameWithoutHiddenAndOtherFiles() throws Exception {
    write("conf.d/20.conf", "port = 20\n");
    write("conf.d/10.conf", "port = 10\njmx_port = 11\n");
    write("conf.d/.30.conf", "port = 30\n");
    write("conf.d/40.conf.old", "port = 40\n");
    Path file = write("relevo.conf", MINIMAL + "include_dir 'conf.d'\n");

    ProxyConfig config = ProxyConfig.load(file);

    assertThat(config.clients().port()).isEqualTo(20);
    assertThat(config.management().port()).isEqualTo(11);
  }

  @Test
  void aDirectoryMustBeThere() throws Exception {
    Path file =
        write("relevo.conf", MINIMAL + "include_dir 'nowhere'\ninclude_dir 'relevo.conf'\n");
    assertThatThrownBy(() -> ProxyConfig.load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(":2: include_dir: cannot list '")
        .hasMessageContaining("no such file")
        .hasMessageContaining(":3: include_dir: cannot list '")
        .hasMessageContaining("not a directory");
  }

  @Test
  void aFileThatMayBeMissingIsReadWhenItIsThere() throws Exception {
    Path file = write("relevo.conf", MINIMAL + "include_if_exists 'local.conf'\n");
    assertThat(ProxyConfig.load(file).clients().port()).isEqualTo(9999);
    write("local.conf", "port = 5\n");
    assertThat(ProxyConfig.load(file).clients().port()).isEqualTo(5);
  }

  @Test
  void aFileThatIncludesItselfIsAProblemNotALoop() throws IOException {
    Path file = write("relevo.conf", MINIMAL + "include = 'relevo.conf'\n");
    assertThatThrownBy(() -> ProxyConfig.load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(":2: include: ")
        .hasMessageContaining("includes itself");
  }

  @Test
  void includesEndAtADepthLimit() throws IOException {
    for (int i = 0; i < 12; i++) {
      write("c" + i + ".conf", "include 'c" + (i + 1) + ".conf'\n");
    }
    assertThatThrownBy(() -> ProxyConfig.load(folder.resolve("c0.conf")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("c9.conf:1: include: includes are more than 10 deep");
  }

  @Test
  void includesThatMultiplyEndAtALimit() throws IOException {
    for (int i = 0; i < 9; i++) {
      write("m" + i + ".conf", ("include 'm" + (i + 1) + ".conf'\n").repeat(50));
    }
    write("m9.conf", "port = 1\n");
    assertThatThrownBy(() -> ProxyConfig.load(folder.resolve("m0.conf")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("more than 1000 files are included");
  }

  @Test
  void filesFromWindowsAreRead() throws Exception {
    Path file = write("relevo.conf", "\uFEFFport = 7\r\n" + MINIMAL.replace("\n", "\r\n"));
    assertThat(ProxyConfig.load(file).clients().port()).isEqualTo(7);
  }

  @Test
  void otherEncodingsAreAProblem() throws Exception {
    Path file = folder.resolve("relevo.conf");
    Files.write(file, "# año\nport = 7\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ProxyConfig.load(file)).hasMessageContaining("is not UTF-8 text");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
