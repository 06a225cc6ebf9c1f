package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.proxy.http.OpenMetricsParser;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// The HTTP port of a real service.
@Timeout(120)
class HttpPortIT {
  @TempDir Path folder;

  @Test
  void figuresAndChecksOfARunningService() throws Exception {
    try (LabServer server = LabServer.primary(folder, "pg0", Map.of());
        ServiceLab lab = new ServiceLab(folder.resolve("service"), server.port())) {
      lab.set("health_check_period", "200ms");
      lab.set(
          "alert_command",
          "echo $RELEVO_ALERT_CHANGE $RELEVO_ALERT_RULE $RELEVO_ALERT_SUBJECT >> "
              + folder.resolve("told"));
      JavaProgram program = lab.startAndAwait();
      Await.until("it is ready", () -> get(lab, "/health/ready").statusCode() == 200);
      Await.until("it writes", () -> get(lab, "/primary").statusCode() == 200);
      assertThat(get(lab, "/replica").statusCode()).isEqualTo(503);
      assertThat(get(lab, "/leader").statusCode()).isEqualTo(200);
      try (Connection client = lab.connect();
          Statement statement = client.createStatement()) {
        statement.execute("SELECT 1");
        Map<String, OpenMetricsParser.Family> families =
            OpenMetricsParser.parse(get(lab, "/metrics").body());
        assertThat(families).hasSizeGreaterThan(50);
        assertThat(families.get("relevo_clients").samples).containsEntry("", 1.0);
        assertThat(families.get("relevo_node_up").samples)
            .containsEntry("node=\"0\",name=\"node0\"", 1.0);
        assertThat(families.get("relevo_cluster_primary_present").samples).containsEntry("", 1.0);
        assertThat(families.get("relevo_transactions").samples.get("")).isPositive();
        assertThat(families.get("relevo_pool_granted").labelValues.get("user"))
            .containsExactly(LabServer.USER);
      }
      try (JmxConnection console = lab.console()) {
        assertThat(console.call("walking", Duration.ofSeconds(30), HttpPortIT::undescribed))
            .isEmpty();
        assertThat(console.alerts().getActive()).isEmpty();
      }
      server.stop();
      Await.until("it cannot write", () -> get(lab, "/primary").statusCode() == 503);
      assertThat(get(lab, "/health/live").statusCode()).isEqualTo(200);
      try (JmxConnection console = lab.console()) {
        Await.until(
            "the lost server is told of",
            () -> {
              List<String> rules =
                  console.alerts().getActive().stream().map(AlertInfo::rule).toList();
              return rules.contains("node_down") && rules.contains("no_primary");
            });
        long id = console.alerts().getActive().getFirst().id();
        console.alerts().acknowledge(id);
        assertThat(console.alerts().getActive().getFirst().acknowledgedBy())
            .isEqualTo("admin (ADMIN)");
        server.start();
        Await.until("it is over", () -> console.alerts().getActive().isEmpty());
        assertThat(console.alerts().getHistory().getFirst().clearedAtEpochMs()).isPositive();
      }
      Await.until(
          "the command was run for both",
          () -> {
            String told = Files.readString(folder.resolve("told"));
            return told.contains("RAISED node_down node0")
                && told.contains("CLEARED node_down node0");
          });
      assertThat(program.process().isAlive()).isTrue();
    }
  }

  /// What consoles show: texts, units and roles on everything, read with stock classes alone.
  private static List<String> undescribed(MBeanServerConnection server)
      throws IOException, JMException {
    List<String> bare = new ArrayList<>();
    for (ObjectName name : server.queryNames(new ObjectName("org.relevo:*"), null)) {
      MBeanInfo info = server.getMBeanInfo(name);
      for (MBeanAttributeInfo each : info.getAttributes()) {
        if (each.getDescription().equals(each.getName())
            || each.getDescriptor().getFieldValue("units") == null) {
          bare.add(name + " " + each.getName());
        }
      }
      for (MBeanOperationInfo each : info.getOperations()) {
        boolean role = each.getDescriptor().getFieldValue("role") != null;
        boolean named =
            Arrays.stream(each.getSignature()).noneMatch(p -> p.getName().matches("p\\d+"));
        if (!role || !named || !each.getDescription().contains("Least role")) {
          bare.add(name + " " + each.getName());
        }
      }
    }
    return bare;
  }

  private static HttpResponse<String> get(ServiceLab lab, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lab.httpPort + path))
              .header("Accept", "application/openmetrics-text; version=1.0.0")
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
