package org.relevo.jmx.advisor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.postgres.SqlFile;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.sessions.Link;
import org.relevo.jmx.sessions.ObjectStatistics;
import org.relevo.jmx.sessions.Sessions;

/// Reads one server's facts. What cannot be read is told and left out.
///
/// Owner: the caller of one look.
final class FactReader {
  private static final int MAX_DATABASES = 20;
  private static final int MAX_OBJECTS = 2000;
  private static final double SEQUENCE_USED = 0.8;

  private final Link link;
  private final Sessions sessions;
  private final ProcessTable processes;
  private final long memoryBytes;
  private final List<String> missing;

  /// @param memoryBytes of this machine
  /// @param missing gets what cannot be looked at
  FactReader(
      Link link,
      Sessions sessions,
      ProcessTable processes,
      long memoryBytes,
      List<String> missing) {
    this.link = link;
    this.sessions = sessions;
    this.processes = processes;
    this.memoryBytes = memoryBytes;
    this.missing = missing;
  }

  /// @throws IllegalStateException when the server does not answer
  NodeFacts read() {
    List<SessionInfo> running = sessions.all();
    List<NodeFacts.DatabaseObjects> objects = new ArrayList<>();
    List<String> databases = sessions.getDatabases();
    for (String database : databases.stream().limit(MAX_DATABASES).toList()) {
      try {
        objects.add(
            link.ask(database, (connection, major) -> objects(connection, major, database)));
      } catch (IllegalStateException e) {
        missing.add(e.getMessage());
      }
    }
    if (databases.size() > MAX_DATABASES) {
      missing.add(
          "node %d: only the first %d of %d databases are looked at"
              .formatted(link.nodeId(), MAX_DATABASES, databases.size()));
    }
    sessions.getMissing().forEach(each -> missing.add("node " + link.nodeId() + ": " + each));
    return link.ask("", (connection, major) -> server(connection, major, running, objects));
  }

  private NodeFacts server(
      Connection connection,
      int major,
      List<SessionInfo> running,
      List<NodeFacts.DatabaseObjects> objects)
      throws SQLException {
    Map<String, String> settings = new HashMap<>();
    rows(
        connection,
        "advisor-settings.sql",
        row -> settings.put(row.getString(1), row.getString(2)));
    List<NodeFacts.DatabaseAge> ages = new ArrayList<>();
    rows(
        connection,
        "advisor-ages.sql",
        row ->
            ages.add(new NodeFacts.DatabaseAge(row.getString(1), row.getLong(2), row.getLong(3))));
    List<NodeFacts.Slot> slots = new ArrayList<>();
    rows(
        connection,
        "advisor-slots.sql",
        row ->
            slots.add(
                new NodeFacts.Slot(
                    row.getString(1), row.getBoolean(2), row.getLong(3), row.getString(4))));
    List<NodeFacts.Prepared> prepared = new ArrayList<>();
    rows(
        connection,
        "advisor-prepared.sql",
        row ->
            prepared.add(
                new NodeFacts.Prepared(row.getString(1), row.getString(2), row.getLong(3))));
    long[] disk = link.local() ? disk(connection) : new long[] {-1, -1};
    try (PreparedStatement query =
            connection.prepareStatement(SqlFile.statement("advisor-server.sql", major));
        ResultSet row = query.executeQuery()) {
      row.next();
      return new NodeFacts(
          link.nodeId(),
          major,
          row.getString("system"),
          row.getBoolean("standby"),
          settings,
          row.getLong("statistics_ms"),
          link.local() ? memoryBytes : -1,
          disk[0],
          disk[1],
          ages,
          running,
          slots,
          prepared,
          new NodeFacts.Archiver(
              row.getBoolean("failed_last"),
              row.getLong("failed_count"),
              row.getString("failed_file")),
          new NodeFacts.Checkpoints(row.getLong("timed"), row.getLong("requested")),
          objects,
          link.local() ? strays() : List.of());
    }
  }

  /// Processes of PostgreSQL whose parent is none: their postmaster was killed.
  private List<NodeFacts.Stray> strays() {
    return processes.usage().values().stream()
        .filter(each -> each.cluster() == each.pid() && !each.title().role().equals("postmaster"))
        .map(each -> new NodeFacts.Stray(each.pid(), each.title().role()))
        .toList();
  }

  private static NodeFacts.DatabaseObjects objects(
      Connection connection, int major, String database) throws SQLException {
    List<NodeFacts.Sequence> sequences = new ArrayList<>();
    rows(
        connection,
        "advisor-sequences.sql",
        row -> {
          if (row.getDouble(2) >= SEQUENCE_USED) {
            sequences.add(new NodeFacts.Sequence(row.getString(1), row.getDouble(2)));
          }
        });
    return new NodeFacts.DatabaseObjects(
        database,
        ObjectStatistics.tables(connection, major, MAX_OBJECTS),
        ObjectStatistics.indexes(connection, MAX_OBJECTS),
        sequences);
  }

  /// Free bytes and size of the file system of the data; -1 when the role may not know the folder.
  private long[] disk(Connection connection) throws SQLException {
    long[] found = {-1, -1};
    rows(
        connection,
        "cache-basics.sql",
        row -> {
          String folder = row.getString("data_directory");
          if (folder != null) {
            try {
              FileStore store = Files.getFileStore(Path.of(folder));
              found[0] = store.getUsableSpace();
              found[1] = store.getTotalSpace();
            } catch (IOException e) {
              missing.add("node " + link.nodeId() + ": free space: " + e);
            }
          }
        });
    return found;
  }

  @FunctionalInterface
  private interface Row {
    void of(ResultSet row) throws SQLException;
  }

  private static void rows(Connection connection, String file, Row each) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(SqlFile.statement(file));
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        each.of(row);
      }
    }
  }
}
