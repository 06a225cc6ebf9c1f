package org.relevo.proxy;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.relevo.jmx.describe.Described;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.core.CloseStack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `relevo agent`: what is watched of a machine and its servers, over JMX, for a machine without
/// proxy. It takes the same file as `relevo proxy` and uses of it the servers, the user of the
/// health checks, the data directory, the log and the port of JMX. Exit codes as of `relevo proxy`.
@Command(
    name = "relevo agent",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Watches a machine and its PostgreSQL servers; serves no clients.")
final class AgentMain implements Callable<Integer> {
  private static final int EXIT_BAD_ARGUMENTS = 7;
  private static final int EXIT_SERVER_ERROR = 12;
  private static final Logger LOG = LoggerFactory.getLogger(AgentMain.class);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private CommandLine.Model.CommandSpec spec;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "Its settings.")
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private Path file;

  private AgentMain() {}

  /// @return the exit code
  static int run(String[] args, PrintWriter err) {
    return new CommandLine(new AgentMain())
        .setErr(err)
        .setParameterExceptionHandler((failure, _) -> {
          err.println("relevo agent: " + failure.getMessage());
          return EXIT_BAD_ARGUMENTS;
        })
        .setExecutionExceptionHandler((failure, _, _) -> {
          LOG.debug("agent.failed", failure);
          err.println("relevo agent: " + failure);
          return EXIT_SERVER_ERROR;
        })
        .execute(args);
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
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
    } catch (IOException e) {
      LOG.debug("agent.start-failed", e);
      err.println("relevo agent: " + e.getMessage());
    } finally {
      stop.done(code);
    }
    return code;
  }

  private static void serve(ProxyConfig config, StopRequest stop)
      throws IOException, InterruptedException {
    ServiceLog.to(config.service().log());
    config.warnings().forEach(warning -> LOG.warn("config.warning {}", warning));
    ServiceSettings settings = new ServiceSettings(config, () -> config);
    try (Parts parts = new Parts()) {
      new MonitorSide(parts.all, parts::register, config.service().dataDirectory())
          .start(settings.coordinator().nodes(), config.service().logFile());
      parts.all.add("connector", JmxConnector.start(parts.mbeans, settings.connector()));
      LOG.info(
          "agent.started jmxPort={} nodes={} pid={}",
          config.management().port(),
          config.backends().size(),
          ProcessHandle.current().pid());
      stop.await();
      LOG.info("agent.stopping");
      ServiceLog.leaving();
    }
    LOG.info("agent.stopped");
  }

  /// What was started, closed in the reverse order.
  private static final class Parts implements AutoCloseable {
    final CloseStack all = new CloseStack();
    final MBeanServer mbeans = ManagementFactory.getPlatformMBeanServer();

    void register(ObjectName name, Object bean) {
      try {
        mbeans.registerMBean(Described.of(bean), name);
      } catch (JMException e) {
        throw new IllegalStateException("cannot register " + name, e);
      }
    }

    @Override
    public void close() {
      all.close();
    }
  }
}
