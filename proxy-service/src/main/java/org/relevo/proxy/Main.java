package org.relevo.proxy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.IgnoredDirective;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.ResourceSettings;
import org.relevo.proxy.consensus.Machine;
import org.relevo.proxy.resource.CleanUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `relevo proxy`, and `relevo witness` and `relevo agent` by their first argument. Exit codes: 0
/// stopped on request, 7 bad arguments or configuration, 12 cannot start (port or directory in use,
/// not readable, …).
@Command(
    name = "relevo proxy",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "The service that runs on every node.")
public final class Main implements Callable<Integer> {
  private static final int EXIT_BAD_ARGUMENTS = 7;
  private static final int EXIT_SERVER_ERROR = 12;
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private CommandLine.Model.CommandSpec spec;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "Its settings.")
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private Path file;

  @Option(names = "--check", description = "Only tell what the file would be taken as.")
  private boolean check;

  @Option(
      names = "--clean-up",
      description = {
        "Only take away what a service that was killed has left: its service addresses and the",
        "programs beside them. For ExecStopPost."
      })
  private boolean cleanUp;

  public static void main(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    if (args.length > 0 && args[0].equals("witness")) {
      String[] rest = Arrays.copyOfRange(args, 1, args.length);
      System.exit(WitnessMain.run(rest, Machine.ofCluster(), err));
    }
    if (args.length > 0 && args[0].equals("agent")) {
      System.exit(AgentMain.run(Arrays.copyOfRange(args, 1, args.length), err));
    }
    // The ordinary call goes without the parser: loading it is a sixth of the whole start.
    boolean ordinary = args.length == 2 && args[0].equals("--config");
    System.exit(ordinary ? runOrdinary(args[1], err) : parse(args, err));
  }

  private static int runOrdinary(String file, PrintWriter err) {
    try {
      return run(Path.of(file), err);
    } catch (InvalidPathException e) {
      err.println("relevo proxy: " + e.getMessage());
      return EXIT_BAD_ARGUMENTS;
    } catch (InterruptedException | RuntimeException e) {
      return failed(e, err);
    }
  }

  private static int parse(String[] args, PrintWriter err) {
    return new CommandLine(new Main())
        .setErr(err)
        .setParameterExceptionHandler((failure, _) -> {
          err.println("relevo proxy: " + failure.getMessage());
          return EXIT_BAD_ARGUMENTS;
        })
        .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err))
        .execute(args);
  }

  private static int failed(Exception failure, PrintWriter err) {
    LOG.debug("service.failed", failure);
    err.println("relevo proxy: " + failure);
    return EXIT_SERVER_ERROR;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    if (cleanUp) {
      return cleanUp(file, out, err);
    }
    return check ? tell(file, out, err) : run(file, err);
  }

  private static int cleanUp(Path file, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    try {
      ProxyConfig config = ProxyConfig.load(file);
      List<String> left = List.of();
      if (config.cluster().isPresent()) {
        ResourceSettings resources = config.cluster().get().resources();
        try (InstanceLock _ = InstanceLock.take(config.service().dataDirectory())) {
          left = CleanUp.run(resources.groups(), resources.times(), out::println);
        }
      }
      left.forEach(each -> err.println("relevo proxy: may still run: " + each));
      return left.isEmpty() ? 0 : EXIT_SERVER_ERROR;
    } catch (ConfigException e) {
      e.problems().stream().map(ConfigProblem::toString).forEach(err::println);
      return EXIT_BAD_ARGUMENTS;
    } catch (IOException e) {
      err.println("relevo proxy: " + e.getMessage());
      return EXIT_SERVER_ERROR;
    }
  }

  private static int tell(Path file, PrintWriter out, PrintWriter err) {
    try {
      ProxyConfig config = ProxyConfig.load(file);
      config.warnings().forEach(warning -> out.println("warning: " + warning));
      config.ignored().forEach(out::println);
      out.println(file + " can be used");
      return 0;
    } catch (ConfigException e) {
      e.problems().stream().map(ConfigProblem::toString).forEach(err::println);
      return EXIT_BAD_ARGUMENTS;
    }
  }

  private static int run(Path file, PrintWriter err) throws InterruptedException {
    ProxyConfig config;
    try {
      config = ProxyConfig.load(file);
    } catch (ConfigException e) {
      e.problems().stream().map(ConfigProblem::toString).forEach(err::println);
      return EXIT_BAD_ARGUMENTS;
    }
    StopRequest stop = StopRequest.onSignals();
    int code = EXIT_SERVER_ERROR;
    try (InstanceLock _ = InstanceLock.take(config.service().dataDirectory())) {
      serve(config, stop);
      code = 0;
    } catch (ConfigException e) {
      e.problems().stream().map(ConfigProblem::toString).forEach(err::println);
      code = EXIT_BAD_ARGUMENTS;
    } catch (IOException e) {
      LOG.debug("service.start-failed", e);
      err.println("relevo proxy: " + e.getMessage());
    } finally {
      stop.done(code);
    }
    return code;
  }

  private static void serve(ProxyConfig config, StopRequest stop)
      throws ConfigException, IOException, InterruptedException {
    ServiceLog.to(config.service().log());
    config.warnings().forEach(warning -> LOG.warn("config.warning {}", warning));
    for (IgnoredDirective ignored : config.ignored()) {
      LOG.warn("config.ignored {}", ignored);
    }
    try (Wiring wiring = Wiring.start(config)) {
      LOG.info(
          "service.started proxyId={} address={} jmxPort={} pid={}",
          config.service().proxyId(),
          wiring.clientAddress(),
          config.management().port(),
          ProcessHandle.current().pid());
      HangupSignal.run(() -> {
        ServiceLog.reopen();
        wiring.reload().reload("SIGHUP");
      });
      stop.await();
      LOG.info("service.stopping proxyId={}", config.service().proxyId());
      ServiceLog.leaving();
    }
    LOG.info("service.stopped proxyId={}", config.service().proxyId());
  }
}
