package org.relevo.proxy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.LogSettings;
import org.relevo.proxy.config.RaftSettings;
import org.relevo.proxy.config.WitnessConfig;
import org.relevo.proxy.consensus.Machine;
import org.relevo.proxy.member.ClusterMember;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `relevo witness`: a member of the quorum that serves no clients and watches no servers. Exit
/// codes as of `relevo proxy`.
@Command(
    name = "relevo witness",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "A member that only votes, for a third machine.")
final class WitnessMain implements Callable<Integer> {
  private static final int EXIT_BAD_ARGUMENTS = 7;
  private static final int EXIT_SERVER_ERROR = 12;
  private static final Logger LOG = LoggerFactory.getLogger(WitnessMain.class);

  private final Machine machine;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private CommandLine.Model.CommandSpec spec;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "Its settings.")
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private Path file;

  private WitnessMain(Machine machine) {
    this.machine = machine;
  }

  /// @return the exit code
  static int run(String[] args, Machine machine, PrintWriter err) {
    return new CommandLine(new WitnessMain(machine))
        .setErr(err)
        .setParameterExceptionHandler((failure, _) -> {
          err.println("relevo witness: " + failure.getMessage());
          return EXIT_BAD_ARGUMENTS;
        })
        .setExecutionExceptionHandler((failure, _, _) -> {
          LOG.debug("witness.failed", failure);
          err.println("relevo witness: " + failure);
          return EXIT_SERVER_ERROR;
        })
        .execute(args);
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    WitnessConfig config;
    try {
      config = WitnessConfig.load(file);
    } catch (ConfigException e) {
      e.problems().stream().map(ConfigProblem::toString).forEach(err::println);
      return EXIT_BAD_ARGUMENTS;
    }
    StopRequest stop = StopRequest.onSignals();
    int code = EXIT_SERVER_ERROR;
    try (InstanceLock _ = InstanceLock.take(config.dataDirectory())) {
      serve(config, stop);
      code = 0;
    } catch (IOException e) {
      LOG.debug("witness.start-failed", e);
      err.println("relevo witness: " + e.getMessage());
    } finally {
      stop.done(code);
    }
    return code;
  }

  private void serve(WitnessConfig config, StopRequest stop)
      throws IOException, InterruptedException {
    ServiceLog.to(LogSettings.usual(config.logFile()));
    config.warnings().forEach(warning -> LOG.warn("config.warning {}", warning));
    RaftSettings raft = config.raft();
    try (ClusterMember _ = ClusterControl.witness(config, machine)) {
      LOG.info(
          "witness.started member={} port={} pid={}",
          raft.self(),
          raft.listenPort(),
          ProcessHandle.current().pid());
      stop.await();
      LOG.info("witness.stopping member={}", raft.self());
      ServiceLog.leaving();
    }
    LOG.info("witness.stopped member={}", raft.self());
  }
}
