package org.relevo.jmx.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.jmx.server.JmxConnectorSettings;

/// A service with fake MBeans in a JVM of its own, which can be frozen.
public final class ServiceProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private ServiceProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Runs inside the child: data directory, port.
  public static void main(String[] args) throws Exception {
    FakeService service = new FakeService(ManagementFactory.getPlatformMBeanServer());
    try (JmxConnector _ =
        JmxConnector.start(
            service.mbeans,
            JmxConnectorSettings.loopback(Integer.parseInt(args[1]), Path.of(args[0])))) {
      System.out.println("READY");
      System.out.flush();
      // Until the parent closes our input.
      while (System.in.read() >= 0) {}
    }
  }

  public static ServiceProcess start(Path data) throws IOException {
    int port = FakeService.freePort();
    Process process =
        new ProcessBuilder(
                java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceProcess.class.getName(),
                data.toString(),
                Integer.toString(port))
            .redirectErrorStream(true)
            .start();
    BufferedReader out = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("READY")) {
        Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {}));
        return new ServiceProcess(process, port);
      }
      said.append(line).append('\n');
    }
    process.destroyForcibly();
    throw new IOException("the service did not start:\n" + said);
  }

  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public void freeze() throws IOException {
    signal("-STOP");
    // The signal has been sent; each thread stops when it is next looked at.
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!stopped()) {
      if (System.nanoTime() > deadlineNs) {
        throw new IOException("the process does not stop");
      }
      Thread.onSpinWait();
    }
  }

  private boolean stopped() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    }
  }

  public void thaw() throws IOException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException {
    Process kill = new ProcessBuilder(List.of("kill", name, Long.toString(pid()))).start();
    if (!ended(kill) || kill.exitValue() != 0) {
      throw new IOException("kill " + name + " failed");
    }
  }

  private static boolean ended(Process process) {
    try {
      return process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    thaw();
    process.getOutputStream().close();
    if (!ended(process)) {
      process.destroyForcibly();
      throw new IOException("the service did not end when told so");
    }
  }
}
