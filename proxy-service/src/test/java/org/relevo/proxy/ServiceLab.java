package org.relevo.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.LocalCredentials;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// One service's folder, settings and process.
final class ServiceLab implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  final Path folder;
  final int port;
  final int jmxPort;
  final int httpPort;
  final Map<String, String> settings = new LinkedHashMap<>();
  private JavaProgram program;

  /// @param backends ports of the nodes' servers
  ServiceLab(Path folder, int... backends) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.port = NewCluster.freePort();
    this.jmxPort = NewCluster.freePort();
    this.httpPort = NewCluster.freePort();
    Path password = folder.resolve("password");
    Files.writeString(password, LabServer.PASSWORD + "\n");
    set("proxy_id", "lab");
    set("listen_addresses", "127.0.0.1");
    set("port", port);
    set("jmx_listen_addresses", "127.0.0.1");
    set("jmx_port", jmxPort);
    set("http_port", httpPort);
    set("data_directory", data());
    set("health_check_user", LabServer.USER);
    set("health_check_password_file", password);
    set("health_check_database", "postgres");
    set("benchmark_database", "postgres");
    for (int node = 0; node < backends.length; node++) {
      set("backend_hostname" + node, "127.0.0.1");
      set("backend_port" + node, backends[node]);
    }
  }

  void set(String key, Object value) {
    settings.put(key, value.toString());
  }

  Path data() {
    return folder.resolve("state");
  }

  Path config() {
    return folder.resolve("relevo.conf");
  }

  Path log() {
    return data().resolve("relevo.log");
  }

  /// Writes the configuration's file.
  void write() throws IOException {
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) ->
        text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
    Files.writeString(config(), text);
  }

  JavaProgram launch() throws IOException {
    write();
    program =
        JavaProgram.start(
            folder, List.of(), "org.relevo.proxy.Main", List.of("--config", config().toString()));
    return program;
  }

  JavaProgram startAndAwait() throws IOException {
    JavaProgram started = launch();
    Await.until(
        Duration.ofMinutes(1),
        () -> "no service.started; it said: " + started.errors(),
        () -> {
          if (!started.process().isAlive()) {
            throw new IOException("ended: " + started.errors());
          }
          return Files.exists(log()) && Files.readString(log()).contains("service.started");
        });
    return started;
  }

  /// Ends it in order, where it runs, and starts it again.
  JavaProgram restart() throws IOException {
    close();
    Files.deleteIfExists(log());
    return startAndAwait();
  }

  JmxConnection console() throws IOException {
    return LocalCredentials.read(data().resolve("jmx/credentials.json")).open(LIMIT, LIMIT);
  }

  Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", LabServer.USER);
    properties.setProperty("password", LabServer.PASSWORD);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
