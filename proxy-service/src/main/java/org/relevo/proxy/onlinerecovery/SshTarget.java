package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.health.NodeSettings;

/// A node whose machine has no service of its own, reached by SSH: `target.sh` does there, with
/// PostgreSQL's own programs, what an agent would. Values go over standard input, so that none is
/// seen in a list of processes.
final class SshTarget implements Target {
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(30);
  private static final Duration FOLLOW_LIMIT = Duration.ofDays(7);
  private static final Duration FREE_LIMIT = Duration.ofSeconds(20);
  private static final Duration STREAM_LIMIT = Duration.ofMinutes(2);
  private static final int START_SECONDS = 1800;
  private static final long LOOK_MS = 200;

  private final RecoveryContext context;
  private final NodeSettings node;
  private final Path data;
  private volatile boolean working;

  SshTarget(RecoveryContext context, NodeSettings node) {
    this.context = context;
    this.node = node;
    this.data = node.dataDirectory().orElseThrow();
  }

  @Override
  public String way() {
    return "ssh";
  }

  @Override
  public String describe() {
    return data + " on " + node.host() + " by SSH";
  }

  @Override
  public TargetFacts look() throws IOException, RecoveryFailure, InterruptedException {
    Map<String, String> said = call("look", Map.of(), LOOK_LIMIT);
    return new TargetFacts(
        said.getOrDefault("present", "").equals("yes"),
        number(said.getOrDefault("major", "")),
        said.getOrDefault("identifier", ""),
        said.getOrDefault("running", "").equals("yes"),
        1024 * kilobytes(said.getOrDefault("free", "")),
        number(said.getOrDefault("programs", "")));
  }

  private static long kilobytes(String text) {
    return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
  }

  private static int number(String text) {
    return text.matches("\\d{1,9}")
        ? Integer.parseInt(text)
        : text.matches("\\d+") ? Integer.MAX_VALUE : 0;
  }

  @Override
  public String follow(NodeSettings source)
      throws IOException, RecoveryFailure, InterruptedException {
    String slot = "relevo_" + node.id();
    makeSlot(source, slot);
    Map<String, String> values = new LinkedHashMap<>();
    values.put("NAME", node.name());
    values.put("PORT", String.valueOf(node.port()));
    values.put("SOURCE_HOST", source.host());
    values.put("SOURCE_PORT", String.valueOf(source.port()));
    values.put("SOURCE_USER", context.login().user());
    values.put("PASSWORD", context.login().password().get());
    values.put("SLOT", slot);
    values.put("RATE", String.valueOf(context.rules().get().copy().maxRateKbPerSecond()));
    values.put(
        "MAPPINGS",
        context.rules().get().copy().tablespaces().entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" ")));
    values.put("START_SECONDS", String.valueOf(START_SECONDS));
    working = true;
    String how = call("follow", values, FOLLOW_LIMIT).getOrDefault("how", "");
    working = false;
    awaitStreaming(source);
    return how;
  }

  private static void makeSlot(NodeSettings source, String slot)
      throws RecoveryFailure, InterruptedException {
    try (Connection connection = RecoverySource.connect(source);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT pg_create_physical_replication_slot(?, true) WHERE NOT EXISTS"
                    + " (SELECT FROM pg_replication_slots WHERE slot_name = ?)")) {
      statement.setString(1, slot);
      statement.setString(2, slot);
      statement.execute();
      free(connection, slot);
    } catch (SQLException e) {
      throw new RecoveryFailure(
          "no replication slot on %s: %s".formatted(source.id(), Commands.oneLine(e)), e);
    }
  }

  /// What an attempt before left at the other end of it does not count.
  private static void free(Connection connection, String slot)
      throws SQLException, RecoveryFailure, InterruptedException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(active_pid)) FROM"
                + " pg_replication_slots WHERE slot_name = ? AND active")) {
      statement.setString(1, slot);
      Waits.until(
          FREE_LIMIT,
          LOOK_MS,
          () -> {
            try (ResultSet row = statement.executeQuery()) {
              return row.next() && row.getInt(1) == 0;
            }
          },
          () -> "replication slot " + slot + " is in use");
    }
  }

  private void awaitStreaming(NodeSettings source) throws RecoveryFailure, InterruptedException {
    try (Connection connection = RecoverySource.connect(node);
        Statement statement = connection.createStatement()) {
      Waits.until(
          STREAM_LIMIT,
          LOOK_MS,
          () -> {
            try (ResultSet row =
                statement.executeQuery(
                    "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'")) {
              return row.next() && row.getInt(1) > 0;
            }
          },
          () -> node.id() + " does not stream from " + source.id());
    } catch (SQLException e) {
      throw new RecoveryFailure(
          "%s does not answer: %s".formatted(node.id(), Commands.oneLine(e)), e);
    }
  }

  private Map<String, String> call(String action, Map<String, String> more, Duration limit)
      throws IOException, RecoveryFailure, InterruptedException {
    Path log = node.serverLog().orElseGet(() -> data.resolveSibling(data.getFileName() + ".log"));
    Path programs =
        context
            .rules()
            .get()
            .ssh()
            .binDir()
            .or(() -> context.binaries().map(PgBinaries::bin))
            .orElseThrow(() -> new RecoveryFailure("recovery_ssh_bindir is not set"));
    Map<String, String> values = new LinkedHashMap<>();
    values.put("ACTION", action);
    values.put("DATA", data.toString());
    values.put("BIN", programs.toString());
    values.put("LOG", log.toString());
    for (String name : new String[] {"NAME", "SOURCE_HOST", "SOURCE_PORT", "SOURCE_USER"}) {
      values.put(name, "");
    }
    values.putAll(more);
    StringBuilder script = new StringBuilder();
    values.forEach((name, value) ->
        script.append(name).append("='").append(value.replace("'", "'\\''")).append("'\n"));
    script.append(script());
    return SshCommand.run(
        context.rules().get().ssh(), node.host(), "exec sh -s", script.toString(), limit);
  }

  private static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SshTarget.class.getResourceAsStream("target.sh"), "target.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    if (!working) {
      return;
    }
    working = false;
    try {
      Map<String, String> said = call("cancel", Map.of(), LOOK_LIMIT);
      context
          .journal()
          .record(
              LogLevel.INFO,
              "recovery.ssh-cancelled",
              "node=%s said=%s".formatted(node.id(), said));
    } catch (IOException | RecoveryFailure e) {
      context
          .journal()
          .record(
              LogLevel.WARN,
              "recovery.ssh-left",
              "node=%s reason=\"%s\"".formatted(node.id(), Commands.oneLine(e)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
