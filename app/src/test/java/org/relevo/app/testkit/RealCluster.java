package org.relevo.app.testkit;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// Two real PostgreSQL servers, made by the demonstration, and a service of our own that controls
/// them: it fails over, recovers and compares. Everything in one folder, on loopback, in processes
/// that end with this object.
///
/// Owner: the test's thread.
public final class RealCluster implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private @Nullable Process service;

  private RealCluster(Path folder) {
    this.folder = folder;
  }

  /// Skips the test where the service was not built before, as when this module is built alone.
  public static RealCluster start(Path folder, String name) throws Exception {
    String classPath = classPath();
    Assumptions.assumeFalse(
        classPath.isEmpty(), "the service is not built: mvn verify at the top builds it first");
    // The servers may run as an account of their own, which must get at its folders in here.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    RealCluster cluster = new RealCluster(folder);
    boolean done = false;
    try {
      cluster.launch(
          classPath,
          "demo",
          "org.relevo.proxy.demo.DemoMain",
          "--headless",
          "--nodes",
          "2",
          "--workload",
          "none",
          "--data",
          folder.resolve("demo").toString());
      cluster.await("the demonstration", folder.resolve("demo/demo.json"));
      Files.writeString(folder.resolve("relevo.conf"), cluster.configuration(name));
      cluster.launchService();
      cluster.await("the service", cluster.credentials());
      done = true;
      return cluster;
    } finally {
      if (!done) {
        cluster.close();
      }
    }
  }

  private void launchService() throws IOException {
    service =
        launch(
            classPath(),
            "service",
            "org.relevo.proxy.Main",
            "--config",
            configurationFile().toString());
  }

  /// The service's own settings.
  public Path configurationFile() {
    return folder.resolve("relevo.conf");
  }

  /// Where a further server could keep its data.
  public Path freshData(int node) {
    return folder.resolve("demo/nodes/" + node + "/data");
  }

  /// A folder for a further server's data, of the account that the others run as.
  public void makeRoom(int node) throws IOException {
    Path place = Files.createDirectories(freshData(node).getParent());
    Files.setOwner(place, Files.getOwner(freshData(0)));
  }

  /// Ends the service as an operator does; the servers go on.
  public void stopService() throws Exception {
    Process running = service;
    if (running != null) {
      running.destroy();
      if (!running.waitFor(60, TimeUnit.SECONDS)) {
        throw new IOException("the service does not end:\n" + log());
      }
      processes.remove(running);
    }
  }

  public void startService() throws IOException {
    launchService();
  }

  public Path credentials() {
    return folder.resolve("state/jmx/credentials.json");
  }

  /// Kills a server as a machine's failure would: at once, with all its processes.
  public void killServer(int node) throws IOException {
    Path data = folder.resolve("demo/nodes/" + node + "/data");
    long postmaster = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
    ProcessHandle server =
        ProcessHandle.of(postmaster)
            .orElseThrow(() -> new IllegalStateException("server " + node + " does not run"));
    List<ProcessHandle> children = server.descendants().toList();
    server.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /// The end of the service's log, for a failure's text.
  public String log() {
    try {
      List<String> lines = Files.readAllLines(folder.resolve("relevo.log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// The demonstration's first service as our own: other ports and folders, and in control.
  private String configuration(String name) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String line : Files.readAllLines(folder.resolve("demo/proxies/0/relevo.conf"))) {
      int equals = line.indexOf(" = ");
      settings.put(line.substring(0, equals), line.substring(equals + 3));
    }
    settings.remove("jmx_peers");
    settings.put("cluster_name", "'" + name + "'");
    settings.put("proxy_id", "'madrid'");
    for (String port : List.of("port", "jmx_port", "pcp_port", "http_port")) {
      settings.put(port, "'" + freePort() + "'");
    }
    settings.put("data_directory", "'" + folder.resolve("state") + "'");
    settings.put("log_file", "'" + folder.resolve("relevo.log") + "'");
    settings.put("cluster_control", "'on'");
    settings.put("health_check_period", "'1s'");
    settings.put("pool_mode", "'transaction'");
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString();
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process launch(String classPath, String name, String main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Drelevo.root=" + root(),
                "-cp",
                classPath,
                main));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .start();
    process.getOutputStream().close();
    processes.add(process);
    return process;
  }

  private void await(String what, Path file) throws Exception {
    long end = System.nanoTime() + START.toNanos();
    while (!Files.exists(file)) {
      if (processes.stream().anyMatch(p -> !p.isAlive()) || System.nanoTime() > end) {
        throw new IOException(
            what
                + " did not start:\n"
                + Files.readString(folder.resolve("demo.out"))
                + (Files.exists(folder.resolve("service.out"))
                    ? Files.readString(folder.resolve("service.out"))
                    : ""));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static Path root() {
    return Path.of(System.getProperty("relevo.root", "..")).toAbsolutePath();
  }

  private static String classPath() throws IOException {
    String given = System.getProperty("relevo.service.jars", "");
    List<Path> places =
        given.isEmpty()
            ? List.of(
                root().resolve("proxy-service/target"),
                root().resolve("jmx-agent/target"),
                root().resolve("proxy-service/target/lib"),
                root().resolve("proxy-service/target/demo-lib"))
            : Stream.of(given.split(",", -1)).map(Path::of).toList();
    List<String> jars = new ArrayList<>();
    for (Path place : places) {
      if (!Files.isDirectory(place)) {
        return "";
      }
      try (Stream<Path> files = Files.list(place)) {
        files
            .map(Path::toString)
            .filter(f -> f.endsWith(".jar") && !f.matches(".*-(tests|sources|javadoc)\\.jar"))
            .sorted()
            .forEach(jars::add);
      }
    }
    return jars.stream().anyMatch(jar -> jar.contains("proxy-service-"))
        ? String.join(File.pathSeparator, jars)
        : "";
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes.reversed()) {
      process.destroy();
      try {
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }
}
