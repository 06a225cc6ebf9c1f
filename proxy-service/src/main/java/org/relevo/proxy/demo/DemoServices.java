package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.core.CloseStack;

/// One proxy service per node, each in its own process with its own configuration file, as they
/// would run on separate machines.
///
/// Owner: the demo's main thread.
final class DemoServices {
  private static final long STOP_SECONDS = 15;

  /// A running service.
  ///
  /// @param credentials file with the local administrator's JMX access
  record Service(
      int id,
      int port,
      int pcpPort,
      int jmxPort,
      int httpPort,
      Process process,
      Path log,
      Path credentials) {}

  private record Ports(int service, int pcp, int jmx, int http) {}

  private final DemoLayout layout;
  private final DemoServers servers;
  private final List<Service> services = new ArrayList<>();

  DemoServices(DemoLayout layout, DemoServers servers) {
    this.layout = layout;
    this.servers = servers;
  }

  List<Service> services() {
    return List.copyOf(services);
  }

  void start(CloseStack cleanups, Reaper reaper) throws IOException {
    List<Ports> ports = new ArrayList<>();
    for (int id = 0; id < servers.servers().size(); id++) {
      ports.add(
          new Ports(
              NewCluster.freePort(),
              NewCluster.freePort(),
              NewCluster.freePort(),
              NewCluster.freePort()));
    }
    for (int id = 0; id < ports.size(); id++) {
      Service service = launch(id, ports);
      reaper.watch(service.process().pid());
      cleanups.add("service " + id, () -> stop(service.process()));
      services.add(service);
    }
  }

  private Service launch(int id, List<Ports> ports) throws IOException {
    Path folder = layout.proxy(id);
    Files.createDirectories(folder);
    Path configuration = folder.resolve("relevo.conf");
    Files.writeString(configuration, configuration(id, ports));
    Path output = folder.resolve("output.log");
    Process process =
        new ProcessBuilder(command(configuration))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    Ports own = ports.get(id);
    return new Service(
        id,
        own.service(),
        own.pcp(),
        own.jmx(),
        own.http(),
        process,
        output,
        folder.resolve("state/jmx/credentials.json"));
  }

  private static List<String> command(Path configuration) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-XX:MaxDirectMemorySize=256m",
        "-Djdk.tls.rejectClientInitiatedRenegotiation=true",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "org.relevo.proxy.Main",
        "--config",
        configuration.toString());
  }

  private String configuration(int id, List<Ports> ports) {
    StringBuilder text = new StringBuilder();
    line(text, "cluster_name", "demo");
    line(text, "proxy_id", "proxy" + id);
    line(text, "listen_addresses", DemoServers.HOST);
    line(text, "port", ports.get(id).service());
    line(text, "jmx_listen_addresses", DemoServers.HOST);
    line(text, "jmx_port", ports.get(id).jmx());
    line(text, "pcp_listen_addresses", DemoServers.HOST);
    line(text, "pcp_port", ports.get(id).pcp());
    line(text, "pcp_file", servers.pcp().users());
    line(text, "http_listen_addresses", DemoServers.HOST);
    line(text, "http_port", ports.get(id).http());
    line(
        text,
        "jmx_peers",
        IntStream.range(0, ports.size())
            .filter(other -> other != id)
            .mapToObj(other -> layout.proxy(other).resolve("state/jmx/credentials.json").toString())
            .collect(Collectors.joining(",")));
    line(text, "data_directory", layout.proxy(id).resolve("state"));
    line(text, "log_file", layout.proxy(id).resolve("relevo.log"));
    line(text, "pg_bindir", servers.binaries().bin());
    line(text, "backend_clustering_mode", "streaming_replication");
    line(text, "health_check_user", DemoServers.SERVICE_ROLE);
    line(text, "health_check_password_file", servers.service().file());
    line(text, "health_check_database", "postgres");
    line(text, "replication_user", DemoServers.REPLICATION_ROLE);
    line(text, "replication_password_file", servers.replicator().file());
    line(text, "benchmark_user", DemoServers.LOAD_ROLE);
    line(text, "benchmark_password_file", servers.load().file());
    line(text, "benchmark_database", DemoServers.LOAD_DATABASE);
    for (DemoServers.Server server : servers.servers()) {
      int node = server.id();
      line(text, "backend_hostname" + node, DemoServers.HOST);
      line(text, "backend_port" + node, server.port());
      line(text, "backend_application_name" + node, "node" + node);
      line(text, "backend_data_directory" + node, server.control().dataDirectory());
      line(text, "postgres_log_file" + node, layout.nodeLog(node));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append(" = '").append(value.toString().replace("'", "''")).append("'\n");
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
