package org.relevo.proxy.situations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.relevo.proxy.situations.Situation.Address;

/// A script for psql, read from its standard input, or from a file where the arguments say `-f
/// SCRIPT`. `[]` in an argument stands for a blank, `FOLDER` in the script for a folder of the
/// run's own.
final class PsqlScript implements Situation.Program {
  private static final Path PROGRAM =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"), "psql");

  private static final long LIMIT_SECONDS = 20;

  private final List<String> arguments;
  private final String script;

  PsqlScript(String arguments, List<String> lines) {
    this.arguments = arguments.isEmpty() ? List.of() : List.of(arguments.split(" ", -1));
    this.script = String.join("\n", lines) + "\n";
  }

  /// Whether this machine has psql.
  static boolean available() {
    return Files.isExecutable(PROGRAM);
  }

  @Override
  public List<String> run(Address address) throws Exception {
    Path folder = Files.createTempDirectory("psql");
    try {
      return run(address, folder);
    } finally {
      for (String name : List.of("in", "out", "err", "copy")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  private List<String> run(Address address, Path folder) throws IOException, InterruptedException {
    Path in = folder.resolve("in");
    Files.writeString(in, script.replace("FOLDER", folder.toString()));
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "-X"));
    command.addAll(List.of("-v", "VERBOSITY=verbose"));
    for (String argument : arguments) {
      command.add(argument.equals("SCRIPT") ? in.toString() : argument.replace("[]", " "));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", String.valueOf(address.port()));
    environment.putIfAbsent("PGUSER", "app");
    environment.put("PGPASSWORD", "app");
    environment.put("PGDATABASE", Lab.DATABASE);
    environment.put("PGCLIENTENCODING", "UTF8");
    environment.put("LC_ALL", "C");
    Process process = builder.start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return List.of("<no answer>");
    }
    List<String> transcript = new ArrayList<>();
    add(transcript, "err ", folder.resolve("err"), address, folder);
    add(transcript, "out ", folder.resolve("out"), address, folder);
    transcript.add("exit " + process.exitValue());
    return transcript;
  }

  private static void add(
      List<String> transcript, String prefix, Path file, Address address, Path folder)
      throws IOException {
    for (String line : Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
      if (!line.startsWith("LOCATION:")) {
        transcript.add(
            prefix
                + line.replaceAll("PID \\d+", "PID *")
                    .replace(folder.toString(), "FOLDER")
                    .replace(String.valueOf(address.port()), "PORT"));
      }
    }
  }
}
