package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A demonstration as a process of its own.
final class DemoLab implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern DEMO_FILE = Pattern.compile("demo\\.json: (\\S+)");

  final JavaProgram program;

  private DemoLab(JavaProgram program) {
    this.program = program;
  }

  /// @param folder takes the process's output
  static DemoLab start(Path folder, String... arguments) throws IOException {
    return new DemoLab(
        JavaProgram.start(
            folder,
            List.of("-Drelevo.root=" + System.getProperty("relevo.root")),
            DemoMain.class.getName(),
            List.of(arguments)));
  }

  /// @return the demo's file as soon as it is there
  Path awaitReady() {
    List<Path> found = new ArrayList<>();
    Await.until(
        READY_LIMIT,
        () -> "no demo.json; it said: " + program.output() + program.errors(),
        () -> {
          if (!program.process().isAlive()) {
            throw new IOException("ended: " + program.output() + program.errors());
          }
          Matcher matcher = DEMO_FILE.matcher(program.output());
          return matcher.find() && found.add(Path.of(matcher.group(1)));
        });
    return found.getFirst();
  }

  static JsonNode read(Path demoFile) throws IOException {
    return JSON.readTree(Files.readString(demoFile));
  }

  static JsonNode parse(String text) {
    return JSON.readTree(text);
  }

  /// Processes that run in the folder or were given it.
  static List<String> processesOf(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String command = read(process, "cmdline").orElse("").replace('\0', ' ');
        String place = place(process).orElse("");
        if (command.contains(folder.toString()) || place.startsWith(folder.toString())) {
          found.add(process.getFileName() + " " + command);
        }
      }
    }
    return found;
  }

  private static Optional<String> read(Path process, String name) {
    try {
      return Optional.of(Files.readString(process.resolve(name)));
    } catch (IOException _) {
      return Optional.empty(); // it has just ended
    }
  }

  private static Optional<String> place(Path process) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(process.resolve("cwd")).toString());
    } catch (FileSystemException _) {
      return Optional.empty(); // it has ended
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
