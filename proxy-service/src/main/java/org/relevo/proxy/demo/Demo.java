package org.relevo.proxy.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.proxy.core.CloseStack;

/// One run of the demonstration, from nothing to nothing.
///
/// ```
/// servers (initdb, base backup) → services → demo.json → load → desktop → tour or wait → report
///   everything started is on one clean-up stack; a watching process covers our own sudden death
/// ```
///
/// Owner: the main thread; the shutdown hook only closes the clean-up stack, which guards itself.
final class Demo {
  private static final int CLIENTS = 8;
  private static final int SCALE = 2;
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(2);

  /// Load before the tour's first check and after its switchover, when no time is asked for.
  private static final Duration TOUR_PART = Duration.ofSeconds(10);

  private final DemoOptions options;
  private final PrintWriter out;
  private final CloseStack cleanups = new CloseStack();
  private final long startedNanos = System.nanoTime();

  Demo(DemoOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
  }

  /// @return the exit code
  int run() throws Exception {
    Thread hook = Thread.ofPlatform().name("demo-cleanup").unstarted(cleanups::close);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return runToTheEnd();
    } finally {
      cleanups.close();
      say("everything is stopped");
    }
  }

  private int runToTheEnd() throws Exception {
    DemoLayout layout =
        options.dataDirectory().isPresent()
            ? DemoLayout.in(options.dataDirectory().get())
            : DemoLayout.inTemporaryFolder();
    if (layout.temporary()) {
      cleanups.add("folder " + layout.root(), () -> FileTrees.delete(layout.root()));
    }
    Reaper reaper = Reaper.start(Path.of(root(), "scripts", "lib", "reaper.sh"), layout);
    cleanups.add("watching process", reaper);

    DemoServers servers = new DemoServers(DemoServers.locate(options.pgBindir()), layout);
    servers.start(options.nodes(), cleanups, this::say);
    DemoServices services = new DemoServices(layout, servers);
    services.start(cleanups, reaper);
    DemoConsole console = ready(services);
    cleanups.add("console", console);
    DemoStatus status = new DemoStatus(layout, servers, services, console);
    cleanups.add("demo.json", status);
    say("demo.json: " + layout.demoFile());
    say(
        "applications connect to %s:%d, database %s, user %s"
            .formatted(
                DemoServers.HOST,
                services.services().getFirst().port(),
                DemoServers.LOAD_DATABASE,
                DemoServers.LOAD_ROLE));

    load(console);
    Optional<Process> desktop = desktop(services, reaper);
    Tour tour = new Tour(console.failover(), console.consistency(), console.benchmark(), this::say);
    if (options.tour()) {
      guided(tour, desktop);
    } else {
      waitForEnd(desktop, options.runFor());
    }
    return finish(tour, console, servers);
  }

  private void guided(Tour tour, Optional<Process> desktop) throws InterruptedException {
    Duration part = options.runFor().map(whole -> whole.dividedBy(3)).orElse(TOUR_PART);
    waitForEnd(desktop, Optional.of(part));
    tour.checkConsistency("before");
    tour.switchOver();
    waitForEnd(desktop, Optional.of(remaining(part)));
    tour.checkConsistency("after");
  }

  private Duration remaining(Duration atLeast) {
    Duration passed = Duration.ofNanos(System.nanoTime() - startedNanos);
    Duration left = options.runFor().map(whole -> whole.minus(passed)).orElse(atLeast);
    return left.compareTo(atLeast) < 0 ? atLeast : left;
  }

  private int finish(Tour tour, DemoConsole console, DemoServers servers)
      throws IOException, InterruptedException {
    if (!options.tour() && options.report().isPresent() && options.nodes() > 1) {
      tour.checkConsistency("end");
    }
    stopLoad(tour, console);
    BenchmarkStatus load = console.benchmark().getStatus();
    List<DemoReport.Switchover> switchovers = tour.switchovers();
    if (options.workload() != DemoOptions.Workload.NONE) {
      if (load.transactions() == 0) {
        tour.problem("no transaction was committed");
      }
      if (load.errors() > 0) {
        tour.problem(load.errors() + " transactions failed, last: " + load.lastError());
      }
    }
    if (options.tour() && switchovers.size() != 1) {
      tour.problem("expected 1 switchover, saw " + switchovers.size());
    }
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    DemoReport report =
        DemoReport.of(
            options,
            servers.binaries().version(),
            seconds,
            load,
            switchovers,
            tour.rows(),
            tour.problems());
    if (options.report().isPresent()) {
      report.write(options.report().get());
      say("report: " + options.report().get());
    }
    say(
        "%d transactions, %.0f a second, %d errors, %d switchovers%s"
            .formatted(
                report.transactions(),
                report.tps(),
                report.errors(),
                switchovers.size(),
                switchovers.isEmpty()
                    ? ""
                    : ", clients paused " + switchovers.getLast().pauseMs() + " ms"));
    return options.tour() && !report.held() ? DemoMain.EXIT_NOT_HELD : 0;
  }

  private DemoConsole ready(DemoServices services) throws Exception {
    say("waiting for the services");
    DemoServices.Service first = services.services().getFirst();
    DemoConsole console =
        answered(
            first,
            () -> {
              requireAlive(services);
              return DemoConsole.connect(first.credentials());
            });
    try {
      answered(
          first,
          () -> {
            requireAlive(services);
            requireServing(console);
            return true;
          });
      return console;
    } catch (Exception e) {
      console.close();
      throw e;
    }
  }

  private static <T> T answered(
      DemoServices.Service service, java.util.concurrent.Callable<T> question)
      throws IOException, InterruptedException {
    try {
      return Await.untilAnswered(READY_LIMIT, question);
    } catch (TimeoutException e) {
      throw new IOException(
          "service "
              + service.id()
              + " is not ready: "
              + e.getMessage()
              + "; its output: "
              + service.log(),
          e);
    }
  }

  private static void requireAlive(DemoServices services) throws IOException {
    for (DemoServices.Service service : services.services()) {
      if (!service.process().isAlive()) {
        throw new IOException(
            "service " + service.id() + " ended with exit code " + service.process().exitValue());
      }
    }
  }

  private void requireServing(DemoConsole console) throws IOException {
    ClusterStatus status = console.cluster().getStatus();
    long up =
        console.cluster().getNodes().stream()
            .map(NodeInfo::status)
            .filter(state -> state == NodeStatus.UP)
            .count();
    if (status.primaryNodeId() < 0 || up < options.nodes()) {
      throw new IOException(
          "primary node "
              + status.primaryNodeId()
              + ", "
              + up
              + " of "
              + options.nodes()
              + " nodes up");
    }
  }

  private void load(DemoConsole console) throws InterruptedException, IOException {
    if (options.workload() == DemoOptions.Workload.NONE) {
      return;
    }
    say("load: " + options.workload().script() + ", " + CLIENTS + " clients, scale " + SCALE);
    console.benchmark().init(SCALE);
    BenchmarkStatus initialised;
    try {
      initialised =
          Await.until(
              LOAD_LIMIT,
              () -> console.benchmark().getStatus(),
              status -> status.state() != BenchmarkState.INITIALISING);
    } catch (TimeoutException e) {
      throw new IOException("the load's tables were not filled: " + e.getMessage(), e);
    }
    if (initialised.state() == BenchmarkState.FAILED) {
      throw new IOException("the load's tables were not filled: " + initialised.lastError());
    }
    console.benchmark().start(options.workload().script(), CLIENTS, 0);
  }

  private void stopLoad(Tour tour, DemoConsole console) throws InterruptedException {
    if (options.workload() == DemoOptions.Workload.NONE) {
      return;
    }
    console.benchmark().stop();
    try {
      Await.until(
          LOAD_LIMIT,
          () -> console.benchmark().getStatus(),
          status -> status.state() != BenchmarkState.RUNNING);
    } catch (TimeoutException e) {
      tour.problem("the load did not stop: " + e.getMessage());
    }
  }

  private Optional<Process> desktop(DemoServices services, Reaper reaper) throws IOException {
    if (options.headless()) {
      return Optional.empty();
    }
    say("desktop: starting");
    Process process =
        new ProcessBuilder(
                Path.of(root(), "scripts", "relevo").toString(),
                "app",
                "--credentials",
                services.services().getFirst().credentials().toString(),
                "--screen",
                "dashboard")
            .redirectErrorStream(true)
            .redirectOutput(
                services.services().getFirst().log().resolveSibling("desktop.log").toFile())
            .start();
    process.getOutputStream().close();
    reaper.watch(process.pid());
    cleanups.add("desktop", () -> process.destroy());
    return Optional.of(process);
  }

  /// Waits for the time to pass; a closed desktop window ends a run without a set time.
  private void waitForEnd(Optional<Process> desktop, Optional<Duration> limit)
      throws InterruptedException {
    if (limit.isPresent()) {
      Thread.sleep(limit.get());
    } else if (desktop.isPresent()) {
      desktop.get().waitFor();
    } else {
      say("running until interrupted (Ctrl-C)");
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }

  private static String root() throws IOException {
    String root = System.getProperty("relevo.root");
    if (root == null) {
      throw new IOException("start the demo with scripts/relevo demo");
    }
    return root;
  }

  private void say(String line) {
    out.println(Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS) + " " + line);
    out.flush();
  }
}
