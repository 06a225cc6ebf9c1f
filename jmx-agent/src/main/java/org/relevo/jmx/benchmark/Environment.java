package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.BenchmarkFact;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.SqlFile;

/// What was so when a run was made: without it, two figures cannot be compared.
///
/// Owner: the benchmark's thread.
final class Environment {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private Environment() {}

  static List<BenchmarkFact> read(BenchmarkSettings settings, int scale, double load) {
    List<BenchmarkFact> facts = new ArrayList<>();
    add(facts, "relevo.version", settings.version());
    commit().ifPresent(commit -> add(facts, "relevo.commit", commit));
    add(facts, "java.version", System.getProperty("java.vm.version", ""));
    add(facts, "machine.processors", "" + Runtime.getRuntime().availableProcessors());
    add(facts, "machine.memory", memory());
    add(
        facts,
        "machine.system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    if (load >= 0) {
      add(facts, "machine.load_before", String.format(java.util.Locale.ROOT, "%.1f", load));
    }
    add(facts, "tables.scale", "" + scale);
    server(settings.target(), facts);
    return facts;
  }

  /// The machine's load now; -1 when it is not known.
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static void server(JdbcTarget target, List<BenchmarkFact> facts) {
    try (Connection connection = target.open("relevo bench", CONNECT_LIMIT, ANSWER_LIMIT);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SqlFile.statement("benchmark-environment.sql"))) {
      while (row.next()) {
        add(facts, "server." + row.getString(1), row.getString(2));
      }
    } catch (SQLException e) {
      // The run is worth keeping without it; what is missing is said where people look.
      add(facts, "server", "not known: " + e.getMessage());
    }
  }

  private static void add(List<BenchmarkFact> facts, String name, @Nullable String value) {
    facts.add(new BenchmarkFact(name, value == null ? "" : value));
  }

  private static String memory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemTotal:"))
          .map(line -> line.substring("MemTotal:".length()).strip())
          .findFirst()
          .orElse("");
    } catch (IOException _) {
      return ""; // no Linux
    }
  }

  /// The commit of the checkout that the classes run from, if they do.
  private static Optional<String> commit() {
    try {
      Path place =
          Path.of(Environment.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path at = place; at != null; at = at.getParent()) {
        Path git = at.resolve(".git");
        if (Files.isDirectory(git)) {
          return Optional.of(head(git));
        }
      }
      return Optional.empty();
    } catch (URISyntaxException | IOException | RuntimeException _) {
      return Optional.empty(); // an installation has no checkout
    }
  }

  private static String head(Path git) throws IOException {
    String head = Files.readString(git.resolve("HEAD")).strip();
    if (!head.startsWith("ref: ")) {
      return head;
    }
    String name = head.substring("ref: ".length());
    Path loose = git.resolve(name);
    if (Files.exists(loose)) {
      return Files.readString(loose).strip();
    }
    try (Stream<String> packed = Files.lines(git.resolve("packed-refs"))) {
      return packed
          .filter(line -> line.endsWith(" " + name))
          .map(line -> line.substring(0, line.indexOf(' ')))
          .findFirst()
          .orElseThrow(() -> new IOException("no commit of " + name));
    }
  }
}
