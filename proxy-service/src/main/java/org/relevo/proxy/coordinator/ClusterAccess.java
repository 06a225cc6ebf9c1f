package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.SwitchoverFacts;
import org.relevo.proxy.failover.SwitchoverFacts.PrimaryFacts;
import org.relevo.proxy.failover.SwitchoverFacts.Sender;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.local.Postmaster;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.recovery.protocol.ServerAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reaches the servers: by SQL, and on this machine by their data directories.
final class ClusterAccess {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterAccess.class);
  private static final String APPLICATION_NAME = "relevo coordinator";
  private static final Duration ASK_LIMIT = Duration.ofSeconds(2);

  private final CoordinatorSettings settings;

  ClusterAccess(CoordinatorSettings settings) {
    this.settings = settings;
  }

  NodeSettings node(BackendId id) throws OperationFailure {
    return settings
        .node(id)
        .orElseThrow(() -> new OperationFailure(id + " is not configured here"));
  }

  Connection connect(BackendId id, Duration limit) throws OperationFailure {
    try {
      return NodeLogin.open(node(id), APPLICATION_NAME, limit);
    } catch (SQLException e) {
      throw new OperationFailure("cannot connect to " + id + ": " + oneLine(e), e);
    }
  }

  /// The server as this service can start and stop it.
  ///
  /// @throws OperationFailure saying why it cannot
  LocalServer local(BackendId id) throws OperationFailure {
    NodeSettings node = node(id);
    if (node.dataDirectory().isEmpty()) {
      throw new OperationFailure("the data directory of " + id + " is not on this machine");
    }
    if (settings.binaries().isEmpty()) {
      throw new OperationFailure(
          "no PostgreSQL programs are known on this machine, so " + id + " cannot be stopped");
    }
    Path data = node.dataDirectory().get();
    try {
      LocalServer server =
          LocalServer.open(
              settings.binaries().get(),
              data,
              node.serverLog().orElseGet(() -> data.resolveSibling(data.getFileName() + ".log")));
      OptionalInt port = Postmaster.port(data);
      if (server.running() && port.isPresent() && port.getAsInt() != node.port()) {
        throw new OperationFailure(
            "the server in %s listens on port %d, but %s is configured with port %d"
                .formatted(data, port.getAsInt(), id, node.port()));
      }
      return server;
    } catch (IOException e) {
      throw new OperationFailure(oneLine(e), e);
    }
  }

  boolean isLocal(BackendId id) {
    try {
      LocalServer server = local(id);
      LOG.trace("coordinator.local node={} data={}", id, server.dataDirectory());
      return true;
    } catch (OperationFailure e) {
      LOG.trace("coordinator.remote node={} reason=\"{}\"", id, e.getMessage());
      return false;
    }
  }

  /// How `standby` follows `primary`.
  StandbySetup following(BackendId standby, BackendId primary) throws OperationFailure {
    NodeSettings source = node(primary);
    return new StandbySetup(
        ServerAddress.of(
            source.host(),
            source.port(),
            settings.replication().user(),
            settings.replication().password(),
            // The standby's server runs under another account, which cannot read our key.
            source.encryption().options(false)),
        node(standby).name(),
        slot(standby),
        Map.of());
  }

  Optional<String> slot(BackendId standby) {
    return settings.switchover().slots() ? Optional.of("relevo_" + standby) : Optional.empty();
  }

  SwitchoverFacts facts(
      ClusterView view, Map<BackendId, Answered> answers, String operationRunning) {
    Map<BackendId, String> problems = new HashMap<>();
    for (NodeSettings node : settings.nodes()) {
      try {
        LocalServer server = local(node.id());
        String running = view.node(node.id()).map(each -> each.systemIdentifier()).orElse("");
        String onDisk = server.controlFile().systemIdentifier();
        if (!running.isEmpty() && !running.equals(onDisk)) {
          problems.put(
              node.id(),
              "the data directory %s belongs to system %s, but %s says it is %s"
                  .formatted(server.dataDirectory(), onDisk, node.id(), running));
        }
      } catch (OperationFailure | IOException e) {
        problems.put(node.id(), oneLine(e));
      }
    }
    List<Sender> senders = new ArrayList<>();
    Optional<PrimaryFacts> primary = Optional.empty();
    if (view.primary().isPresent()) {
      try (Connection connection = connect(view.primary().get(), ASK_LIMIT)) {
        senders.addAll(senders(connection));
        primary = Optional.of(primaryFacts(connection));
      } catch (OperationFailure | SQLException e) {
        LOG.warn("coordinator.facts node={} reason=\"{}\"", view.primary().get(), oneLine(e));
      }
    }
    return new SwitchoverFacts(
        settings.clusterName(), view, answers, problems, senders, primary, operationRunning);
  }

  private static List<Sender> senders(Connection connection) throws SQLException {
    List<Sender> senders = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT application_name, state, sync_state FROM pg_stat_replication LIMIT 1000")) {
      while (rows.next()) {
        senders.add(new Sender(rows.getString(1), rows.getString(2), rows.getString(3)));
      }
    }
    return senders;
  }

  private static PrimaryFacts primaryFacts(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT current_setting('archive_mode') <> 'off'
                       AND COALESCE(last_failed_time > COALESCE(last_archived_time, '-infinity'),
                                    false),
                       (SELECT count(*) FROM pg_stat_progress_basebackup),
                       (SELECT count(*) FROM pg_prepared_xacts),
                       current_setting('synchronous_standby_names')
                FROM pg_stat_archiver
                """)) {
      if (!row.next()) {
        throw new SQLException("the primary has no archiver statistics");
      }
      return new PrimaryFacts(row.getBoolean(1), row.getInt(2), row.getInt(3), row.getString(4));
    }
  }

  static String oneLine(Throwable e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    return text.replace('\n', ' ').replace('"', '\'').strip();
  }
}
