package org.relevo.jmx.ctl;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.jmx.server.JmxConnectorSettings;
import org.relevo.jmx.testkit.FakeService;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real connector with fake MBeans, and the command run against it.
abstract class CtlFixture {
  static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path data;
  static FakeService service;
  static JmxConnector connector;

  record Result(int exitCode, String out, String err) {
    JsonNode json() {
      return JSON.readTree(out);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    service = new FakeService();
    connector =
        JmxConnector.start(
            service.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), data));
  }

  @AfterAll
  static void stop() throws IOException {
    connector.close();
  }

  static Result ctl(String... args) {
    return ctl(_ -> Optional.empty(), args);
  }

  static Result ctl(Terminal terminal, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = CtlMain.execute(args, new PrintWriter(out), new PrintWriter(err), terminal);
    return new Result(exitCode, out.toString(), err.toString());
  }

  static Result onData(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--data", data.toString()));
    return ctl(all.toArray(String[]::new));
  }
}
