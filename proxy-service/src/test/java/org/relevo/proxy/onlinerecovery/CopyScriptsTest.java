package org.relevo.proxy.onlinerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The shell's part of copies, with programs that only pretend.
@Timeout(60)
class CopyScriptsTest {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("relevo.root")).resolve("scripts").resolve("recovery");

  @TempDir Path folder;

  private Path data;
  private Path programs;

  @BeforeEach
  void oldDataIsThere() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("which"), "real");
    programs = Files.createDirectory(folder.resolve("bin"));
  }

  private void program(String name, String body) throws IOException {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private int run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process.waitFor();
  }

  private int standbyCopy() throws Exception {
    Path passwords = folder.resolve("passwords");
    Files.writeString(passwords, "*:*:*:admin:secret\n*:*:*:re\\:pl:its\\:own\n");
    return run(
        Map.of(
            "PGPASSFILE", passwords.toString(),
            "RELEVO_PG_BINDIR", programs.toString(),
            "RELEVO_REPLICATION_USER", "re:pl"),
        List.of(
            "sh",
            SCRIPTS.resolve("base-backup-standby").toString(),
            "/main",
            "localhost",
            data.toString(),
            "5432",
            "1",
            "5433",
            "localhost"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("data"))
          .sorted()
          .toList();
    }
  }

  private static final String COPY =
      "while [ $# -gt 0 ]; do [ \"$1\" != -D ] || made=$2; shift; done; mkdir -p \"$made\";"
          + " echo new >\"$made/which\"";

  @Test
  void failedCopiesLeaveTheDataAndTheNextTakesItsPlace() throws Exception {
    program("pg_basebackup", COPY + "; exit 1");
    assertThat(standbyCopy()).isNotZero();
    assertThat(standbyCopy()).isNotZero();
    assertThat(data.resolve("which")).hasContent("real");
    program("pg_basebackup", COPY);
    assertThat(standbyCopy()).as(() -> read(folder.resolve("out"))).isZero();
    assertThat(data.resolve("which")).hasContent("new");
    assertThat(folder.resolve("data.relevo-old").resolve("which")).hasContent("real");
    assertThat(names()).containsExactly("data", "data.relevo-old");
    assertThat(data.resolve("relevo.passfile")).hasContent("*:*:*:re\\:pl:its\\:own");
    assertThat(data.resolve("standby.signal")).exists();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aServerThatRunsIsNotCopiedOver() throws Exception {
    program("pg_basebackup", COPY);
    Files.writeString(data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");
    assertThat(standbyCopy()).isNotZero();
    assertThat(folder.resolve("out")).content().contains("a server runs in");
    assertThat(data.resolve("which")).hasContent("real");
  }

  @Test
  void onlyTheLastOldCopyIsKeptBySsh() throws Exception {
    program("pg_ctl", "[ \"$1\" != status ]");
    program("pg_basebackup", COPY);
    Path script = folder.resolve("target.sh");
    try (InputStream in =
        Objects.requireNonNull(SshTarget.class.getResourceAsStream("target.sh"))) {
      Files.writeString(script, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    Files.createDirectory(folder.resolve("data.relevo-old-20200101000000"));
    Files.createDirectory(folder.resolve("data.relevo-old-20210101000000"));
    Map<String, String> values = new java.util.HashMap<>();
    values.put("ACTION", "follow");
    values.put("DATA", data.toString());
    values.put("BIN", programs.toString());
    values.put("LOG", folder.resolve("log").toString());
    values.put("NAME", "n");
    values.put("PORT", "1");
    values.put("SOURCE_HOST", "h");
    values.put("SOURCE_PORT", "2");
    values.put("SOURCE_USER", "u");
    values.put("PASSWORD", "p");
    values.put("SLOT", "s");
    values.put("RATE", "0");
    values.put("MAPPINGS", "");
    values.put("START_SECONDS", "5");
    assertThat(run(values, List.of("sh", script.toString())))
        .as(() -> read(folder.resolve("out")))
        .isZero();
    assertThat(data.resolve("which")).hasContent("new");
    assertThat(names()).hasSize(2);
    assertThat(folder.resolve("data.relevo-old-20210101000000")).doesNotExist();
    Path kept = folder.resolve(names().getLast());
    assertThat(kept.resolve("which")).hasContent("real");
  }
}
