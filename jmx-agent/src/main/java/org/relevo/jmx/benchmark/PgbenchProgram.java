package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.postgres.JdbcTarget;

/// The machine's own pgbench, if there is one.
///
/// @param file the program
/// @param version what it says of itself
record PgbenchProgram(Path file, String version) {
  static final String NAME = "pgbench";
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final Path RED_HAT = Path.of("/usr");
  private static final int ANSWER_SECONDS = 10;

  /// Looked for once, when it is first asked for.
  private static final class Installed {
    static final Optional<PgbenchProgram> FOUND = find();
  }

  static Optional<PgbenchProgram> installed() {
    return Installed.FOUND;
  }

  /// The newest of the usual places; else the first on the path.
  private static Optional<PgbenchProgram> find() {
    List<Path> places = new ArrayList<>();
    places.addAll(versions(DEBIAN, "[0-9.]+", "bin"));
    places.addAll(versions(RED_HAT, "pgsql-[0-9.]+", "bin"));
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isEmpty()) {
        places.add(Path.of(folder, NAME));
      }
    }
    for (Path place : places) {
      if (Files.isExecutable(place)) {
        Optional<String> version = version(place);
        if (version.isPresent()) {
          return Optional.of(new PgbenchProgram(place, version.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static List<Path> versions(Path folder, String pattern, String below) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().matches(pattern))
          .sorted(Comparator.comparingDouble(PgbenchProgram::number).reversed())
          .map(path -> path.resolve(below).resolve(NAME))
          .toList();
    } catch (IOException _) {
      return List.of(); // a folder that cannot be read has no program for us
    }
  }

  private static double number(Path folder) {
    String digits = folder.getFileName().toString().replaceAll("^[^0-9]*", "");
    return Double.parseDouble(digits.replaceAll("^(\\d+(\\.\\d+)?).*$", "$1"));
  }

  private static Optional<String> version(Path program) {
    try {
      Process process = new ProcessBuilder(program.toString(), "--version").start();
      process.getOutputStream().close();
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.exitValue() == 0 ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // not a program of this machine
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// @param folder for the scripts' files and the log
  List<String> command(BenchmarkPlan plan, JdbcTarget target, int scale, Path folder)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(file.toString());
    words.addAll(List.of("-n", "-h", target.host(), "-p", "" + target.port()));
    words.addAll(List.of("-U", target.user(), "-M", plan.protocol()));
    words.addAll(List.of("-c", "" + plan.clients(), "-j", "" + plan.jobs()));
    words.add("--log");
    words.add("--log-prefix=" + folder.resolve("log"));
    if (plan.seconds() > 0) {
      words.addAll(List.of("-T", "" + plan.seconds()));
    } else {
      words.addAll(List.of("-t", "" + plan.transactions()));
    }
    if (plan.rate() > 0) {
      words.addAll(List.of("-R", decimal(plan.rate())));
    }
    if (plan.latencyLimitMs() > 0) {
      words.addAll(List.of("-L", decimal(plan.latencyLimitMs())));
    }
    for (String variable : plan.variables()) {
      words.addAll(List.of("-D", variable));
    }
    if (scale > 0 && plan.variables().stream().noneMatch(each -> each.startsWith("scale="))) {
      // Known already; without it, own scripts would get 1.
      words.addAll(List.of("-D", "scale=" + scale));
    }
    int number = 0;
    for (BenchmarkScript script : plan.scripts()) {
      String source = script.name();
      if (!script.text().isBlank()) {
        Path file = folder.resolve("script-" + number++ + ".sql");
        Files.writeString(file, script.text());
        source = file.toString();
      }
      words.addAll(List.of(script.text().isBlank() ? "-b" : "-f", source + "@" + script.weight()));
    }
    words.add(target.database());
    return words;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
