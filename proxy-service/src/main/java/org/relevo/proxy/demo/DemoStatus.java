package org.relevo.proxy.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.NodeInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps `demo.json` true while the demonstration runs.
///
/// Owner: its own virtual thread.
final class DemoStatus implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoStatus.class);
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final DemoServers servers;
  private final DemoServices services;
  private final DemoConsole console;
  private final DemoFile file;
  private final Thread thread;

  DemoStatus(DemoLayout layout, DemoServers servers, DemoServices services, DemoConsole console)
      throws IOException {
    this.servers = servers;
    this.services = services;
    this.console = console;
    this.file = new DemoFile(layout.demoFile());
    file.write(content());
    this.thread = Thread.ofVirtual().name("demo-status").start(this::keep);
  }

  private void keep() {
    boolean told = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(PERIOD);
        file.write(content());
        told = false;
      } catch (InterruptedException _) {
        return;
      } catch (IOException | RuntimeException e) {
        // The service may be restarting; the next round tells again what is true.
        if (!told) {
          LOG.warn("demo.status-unknown cause=\"{}\"", e.toString());
          told = true;
        }
      }
    }
  }

  private DemoFile.Content content() {
    List<NodeInfo> nodes = console.cluster().getNodes();
    DemoServices.Service first = services.services().getFirst();
    return new DemoFile.Content(
        "streaming",
        servers.load().role(),
        servers.load().password(),
        DemoServers.LOAD_DATABASE,
        first.credentials().toString(),
        DemoPcp.USER,
        servers.pcp().passwords().toString(),
        services.services().stream().map(DemoStatus::proxy).toList(),
        servers.servers().stream().map(server -> node(server, nodes)).toList());
  }

  private static DemoFile.Proxy proxy(DemoServices.Service service) {
    return new DemoFile.Proxy(
        service.id(),
        DemoServers.HOST,
        service.port(),
        service.pcpPort(),
        service.jmxPort(),
        service.httpPort(),
        service.process().pid());
  }

  private static DemoFile.Node node(DemoServers.Server server, List<NodeInfo> nodes) {
    return nodes.stream()
        .filter(node -> node.id() == server.id())
        .findFirst()
        .map(node ->
            fileNode(
                server,
                node.role().name().toLowerCase(Locale.ROOT),
                node.status().name().toLowerCase(Locale.ROOT)))
        .orElseGet(() -> fileNode(server, "unknown", "unused"));
  }

  private static DemoFile.Node fileNode(DemoServers.Server server, String role, String status) {
    return new DemoFile.Node(
        server.id(),
        DemoServers.HOST,
        server.port(),
        server.control().dataDirectory().toString(),
        role,
        status);
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    file.remove();
  }
}
