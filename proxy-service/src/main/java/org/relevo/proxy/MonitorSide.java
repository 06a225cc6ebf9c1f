package org.relevo.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.management.ObjectName;
import org.relevo.jmx.advisor.Advisor;
import org.relevo.jmx.cache.Cache;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.host.HostMonitor;
import org.relevo.jmx.host.HostSampler;
import org.relevo.jmx.logs.LogTail;
import org.relevo.jmx.logs.TailedLog;
import org.relevo.jmx.postgres.PostgresSampler;
import org.relevo.jmx.postgres.PostgresSettings;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.processes.Processes;
import org.relevo.jmx.sessions.Link;
import org.relevo.jmx.sessions.Sessions;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.health.NodeSettings;

/// What is watched of the machine and of the servers, in the service and in the agent alike.
///
/// Owner: the main thread; each part has its own.
final class MonitorSide {
  private final CloseStack parts;
  private final BiConsumer<ObjectName, Object> register;
  private final Path history;

  /// @param dataDirectory of this service; histories are in its folder `history`
  MonitorSide(CloseStack parts, BiConsumer<ObjectName, Object> register, Path dataDirectory) {
    this.parts = parts;
    this.register = register;
    this.history = dataDirectory.resolve("history");
  }

  /// @param ownLog the service's own log
  void start(List<NodeSettings> nodes, Path ownLog) {
    HostSampler host = parts.add("host", HostSampler.start(history));
    register.accept(ObjectNames.HOST, new HostMonitor(host));
    register.accept(ObjectNames.HOST_SERIES, host.series());
    ProcessTable table = new ProcessTable();
    Processes processes = new Processes(table);
    register.accept(ObjectNames.PROCESSES, processes);
    List<Advisor.Node> looked = new ArrayList<>();
    LogTail logs = new LogTail();
    logs.register(TailedLog.file("relevo", "relevo", -1, ownLog));
    for (NodeSettings node : nodes) {
      int id = node.id().value();
      PostgresSampler sampler =
          parts.add(
              "statistics of " + node.name(),
              new PostgresSampler(settings(node), Optional.of(history)));
      register.accept(ObjectNames.postgres(id), sampler);
      register.accept(ObjectNames.postgresSeries(id), sampler.series());
      Link link =
          parts.add("questions to " + node.name(), new Link(id, settings(node).target(), table));
      Sessions sessions = new Sessions(link, table);
      processes.join(sessions::waits);
      register.accept(ObjectNames.sessions(id), sessions);
      register.accept(ObjectNames.cache(id), new Cache(link, table));
      looked.add(new Advisor.Node(link, sessions));
      node.serverLog()
          .ifPresent(file -> logs.register(TailedLog.file("postgres-" + id, "postgres", id, file)));
    }
    register.accept(
        ObjectNames.ADVISOR, new Advisor(looked, table, () -> host.info().memoryTotalBytes()));
    register.accept(ObjectNames.LOGS, logs);
  }

  private static PostgresSettings settings(NodeSettings node) {
    return new PostgresSettings(
        node.id().value(),
        node.host(),
        node.port(),
        node.database(),
        node.user(),
        node.password(),
        () -> node.encryption().options(true));
  }
}
