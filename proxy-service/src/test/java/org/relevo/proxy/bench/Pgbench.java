package org.relevo.proxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Rows that `pgbench` does; every latency is read from its log.
final class Pgbench {
  private static final Pattern TPS = Pattern.compile("tps = ([\\d.]+)");

  private static final int GRACE_SECONDS = 30;

  private final Path folder;

  /// @param folder for its logs, on a memory file system if possible
  Pgbench(Path folder) {
    this.folder = folder;
  }

  Row row(String name, int clients, boolean scram, String... options) {
    return new Row(
        name, "tps", 1000, (target, setup) -> run(target, setup, clients, scram, options));
  }

  private Sample run(Target target, Row.Setup setup, int clients, boolean scram, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("pgbench", "-n", "-h", target.host()));
    command.addAll(List.of("-p", String.valueOf(target.port())));
    command.addAll(List.of("-U", scram ? setup.scramUser() : setup.user()));
    command.addAll(List.of("-T", String.valueOf(setup.seconds()), "-c", String.valueOf(clients)));
    command.addAll(List.of("-j", String.valueOf(Math.min(2, clients))));
    command.addAll(List.of("-l", "--log-prefix", folder.resolve("latency").toString()));
    command.addAll(Arrays.asList(options));
    command.add(setup.database());
    Path output = folder.resolve("pgbench.out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("PGPASSWORD", setup.password());
    Process process = builder.start();
    try {
      // A pooler with fewer places than clients lets them wait for ever.
      if (!process.waitFor(setup.seconds() + GRACE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no end in time");
      }
      String text = Files.readString(output);
      Matcher tps = TPS.matcher(text);
      if (process.exitValue() != 0 || !tps.find()) {
        throw new IOException(reason(text));
      }
      return sample(Double.parseDouble(tps.group(1)), clients);
    } finally {
      process.destroyForcibly().waitFor();
      for (Path log : logs()) {
        Files.delete(log);
      }
    }
  }

  private Sample sample(double tps, int clients) throws IOException {
    double[] perClient = new double[clients];
    List<Double> latencies = new ArrayList<>();
    for (Path log : logs()) {
      for (String line : Files.readAllLines(log)) {
        String[] fields = line.split(" ", 4); // client, transaction, µs, …
        perClient[Integer.parseInt(fields[0])]++;
        latencies.add(Double.parseDouble(fields[2]) / 1000);
      }
    }
    if (latencies.isEmpty()) {
      throw new IOException("no transactions");
    }
    double[] sorted = latencies.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double mean = (double) sorted.length / clients;
    return Sample.of(tps, sorted.length)
        .with("p50Ms", sorted[sorted.length / 2])
        .with("p99Ms", sorted[(int) (sorted.length * 0.99)])
        .with("slowestClient", Arrays.stream(perClient).min().orElse(0) / mean)
        .with("fastestClient", Arrays.stream(perClient).max().orElse(0) / mean);
  }

  private List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("latency")).toList();
    }
  }

  private static String reason(String output) {
    return output
        .lines()
        .filter(line -> line.contains("error") || line.contains("FATAL"))
        .findFirst()
        .or(() -> output.lines().reduce((_, last) -> last))
        .orElse("no result");
  }
}
