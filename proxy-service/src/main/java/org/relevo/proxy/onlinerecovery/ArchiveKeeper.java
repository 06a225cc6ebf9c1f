package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.WalArchiving;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.health.NodeSettings;

/// Archiving of the main node's write-ahead log, on and off: `archive_command` by ALTER SYSTEM and
/// a reload, the directory made before and cleaned after, its disk watched meanwhile. An archive of
/// somebody else is left alone: it is not begun over another's `archive_command`, and what is ended
/// and deleted is what was begun here.
///
/// Owner: itself; one lock guards what is on. `recovery/archiving` holds the node's number while it
/// is on, so that the disk is watched again after a restart; what was archived is not older than
/// it.
final class ArchiveKeeper implements AutoCloseable {
  private static final String NULL_COMMAND = "exit 0";
  private static final Pattern PLAIN_FOLDER = Pattern.compile("/[A-Za-z0-9_./-]+");
  private static final Pattern OWN_COMMAND = Pattern.compile("test -f (/[^ %]+)/%f .*");
  private static final Pattern SEGMENT =
      Pattern.compile("[0-9A-F]{24}(\\.[0-9A-Za-z.]+)?|[0-9A-F]{8}\\.history");
  private static final long WATCH_MS = 2000;
  private static final Duration RELOAD_LIMIT = Duration.ofSeconds(5);
  private static final long RELOAD_LOOK_MS = 50;

  private final RecoveryContext context;
  private final Path mark;
  private final Thread watch;
  private Optional<NodeSettings> on = Optional.empty();
  private volatile String trouble = "";

  ArchiveKeeper(RecoveryContext context, Path folder) {
    this.context = context;
    this.mark = folder.resolve("archiving");
    this.watch = Thread.ofVirtual().name("archive-watch").unstarted(this::watch);
  }

  void start() {
    try {
      if (Files.exists(mark)) {
        String number = Files.readString(mark).strip();
        synchronized (this) {
          on =
              context.nodes().get().stream()
                  .filter(node -> String.valueOf(node.id().value()).equals(number))
                  .findFirst();
        }
      }
    } catch (IOException e) {
      context
          .journal()
          .record(LogLevel.WARN, "recovery.file", "reason=\"" + Commands.oneLine(e) + "\"");
    }
    watch.start();
  }

  /// Why archiving was stopped by itself, if it was.
  Optional<String> trouble() {
    return Optional.of(trouble).filter(text -> !text.isEmpty());
  }

  static String command(Path folder) {
    String segment = folder + "/%f";
    return "test -f %1$s || { cp %%p %2$s/.%%f.new && mv %2$s/.%%f.new %1$s; }"
        .formatted(segment, folder);
  }

  /// Where a command archives to that was made by [#command]; empty for any other.
  static Optional<Path> ownFolder(String command) {
    return OWN_COMMAND
        .matcher(command)
        .results()
        .map(found -> Path.of(found.group(1)))
        .filter(folder -> command.equals(command(folder)))
        .findFirst();
  }

  /// Whether a command archives for somebody else.
  static boolean foreign(String command) {
    return !command.isBlank() && !command.equals(NULL_COMMAND) && ownFolder(command).isEmpty();
  }

  private Path folder() throws RecoveryFailure {
    Path folder =
        context
            .rules()
            .get()
            .archiveDirectory()
            .orElseThrow(() -> new RecoveryFailure("wal_archive_directory is not set"));
    if (!PLAIN_FOLDER.matcher(folder.toString()).matches()) {
      throw new RecoveryFailure(
          "wal_archive_directory = '%s' has letters that a shell would take otherwise"
              .formatted(folder));
    }
    return folder;
  }

  synchronized void begin(NodeSettings main) throws IOException, SQLException, RecoveryFailure {
    Path folder = folder();
    if (main.dataDirectory().isEmpty() || !Recoveries.here(main.host())) {
      throw new RecoveryFailure(
          "%s is on %s; ask the service of that machine".formatted(main.id(), main.host()));
    }
    makeFolder(folder, main.dataDirectory().get());
    long free = Files.getFileStore(folder).getUsableSpace();
    long least = context.rules().get().archiveMinFree();
    if (free < least) {
      throw new RecoveryFailure(
          "%d MB are free for %s, wal_archive_min_free asks for %d MB"
              .formatted(free >> 20, folder, least >> 20));
    }
    try (Connection connection = RecoverySource.connect(main)) {
      if (text(connection, "SHOW archive_mode").equals("off")) {
        throw new RecoveryFailure(
            "archive_mode of %s is off; set it to on, which takes a restart".formatted(main.id()));
      }
      String present = text(connection, "SHOW archive_command");
      if (foreign(present)) {
        throw new RecoveryFailure(
            "%s archives already, by archive_command = '%s', which is not taken away"
                .formatted(main.id(), present));
      }
      byte[] number = String.valueOf(main.id().value()).getBytes(StandardCharsets.US_ASCII);
      if (on.isEmpty() || !on.get().id().equals(main.id())) {
        RecoveryFile.replace(mark, number);
      }
      on = Optional.of(main);
      set(connection, command(folder));
    }
    trouble = "";
    context
        .journal()
        .record(
            LogLevel.INFO,
            "archiving.started",
            "node=%s directory=%s".formatted(main.id(), folder));
  }

  private static void makeFolder(Path folder, Path data) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      ServerAccount.ownerOf(data).own(folder);
    }
  }

  /// Does nothing when it was not begun here.
  synchronized void end(String why)
      throws IOException, SQLException, RecoveryFailure, InterruptedException {
    if (on.isEmpty()) {
      return;
    }
    NodeSettings main = on.get();
    Optional<Path> folder;
    try (Connection connection = RecoverySource.connect(main)) {
      String present = text(connection, "SHOW archive_command");
      folder = ownFolder(present);
      if (folder.isPresent()) {
        putBack(connection, present);
      }
    }
    long removed =
        folder.isPresent() && Files.isDirectory(folder.get())
            ? clean(folder.get(), Files.getLastModifiedTime(mark))
            : 0;
    Files.deleteIfExists(mark);
    on = Optional.empty();
    context
        .journal()
        .record(
            LogLevel.INFO,
            "archiving.stopped",
            "node=%s removed=%d reason=\"%s\"".formatted(main.id(), removed, why));
  }

  /// What the server's own files say counts again. Where they say nothing the log would be kept for
  /// a command to come, so it is told to keep none.
  private static void putBack(Connection connection, String own)
      throws SQLException, InterruptedException {
    alter(connection, "RESET archive_command");
    long deadlineNs = System.nanoTime() + RELOAD_LIMIT.toNanos();
    String now = text(connection, "SHOW archive_command");
    while (now.equals(own) && System.nanoTime() - deadlineNs < 0) {
      Thread.sleep(RELOAD_LOOK_MS);
      now = text(connection, "SHOW archive_command");
    }
    if (now.isBlank() || now.equals(own)) {
      set(connection, NULL_COMMAND);
    }
  }

  /// Removes segments that are not older, and nothing else that may be in the folder.
  static long clean(Path folder, FileTime since) throws IOException {
    long removed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean archived =
            SEGMENT.matcher(name).matches() || name.matches("\\.[0-9A-F]{24}.*\\.new");
        if (archived && Files.getLastModifiedTime(file).compareTo(since) >= 0) {
          Files.deleteIfExists(file);
          removed++;
        }
      }
    }
    return removed;
  }

  private static void set(Connection connection, String command) throws SQLException {
    alter(connection, "SET archive_command = '" + command.replace("'", "''") + "'");
  }

  private static void alter(Connection connection, String what) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM " + what);
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  WalArchiving status(NodeSettings main) throws IOException, SQLException, RecoveryFailure {
    Optional<Path> folder = context.rules().get().archiveDirectory();
    long segments = -1;
    long bytes = -1;
    long free = -1;
    if (folder.isPresent() && Recoveries.here(main.host()) && Files.isDirectory(folder.get())) {
      segments = 0;
      bytes = 0;
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.get())) {
        for (Path file : files) {
          if (SEGMENT.matcher(file.getFileName().toString()).matches()) {
            segments++;
            bytes += Files.size(file);
          }
        }
      }
      free = Files.getFileStore(folder.get()).getUsableSpace();
    }
    try (Connection connection = RecoverySource.connect(main);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT current_setting('archive_mode'), current_setting('archive_command'),
                       coalesce(last_archived_wal, ''), failed_count, coalesce(last_failed_wal, '')
                FROM pg_stat_archiver
                """)) {
      if (!row.next()) {
        throw new SQLException("the server has no archiver statistics");
      }
      String command = row.getString(2);
      boolean active =
          !row.getString(1).equals("off")
              && folder.isPresent()
              && command.equals(command(folder.get()));
      return new WalArchiving(
          main.id().value(),
          active,
          row.getString(1),
          command,
          folder.map(Path::toString).orElse(""),
          segments,
          bytes,
          free,
          row.getString(3),
          row.getLong(4),
          row.getString(5));
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new SQLException("no answer to " + sql);
      }
      return String.valueOf(row.getString(1));
    }
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(WATCH_MS);
        Optional<NodeSettings> node;
        synchronized (this) {
          node = on;
        }
        if (node.isPresent()) {
          look(node.get());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /// A full disk would stop the main node, which is worse than a recovery to be started again.
  private void look(NodeSettings main) throws InterruptedException {
    try {
      Path folder = folder();
      long free = Files.getFileStore(folder).getUsableSpace();
      long least = context.rules().get().archiveMinFree();
      if (free < least) {
        trouble =
            "archiving was stopped: %d MB were free for %s, wal_archive_min_free asks for %d MB"
                .formatted(free >> 20, folder, least >> 20);
        context
            .journal()
            .record(
                LogLevel.ERROR,
                "archiving.disk-low",
                "node=%s freeBytes=%d directory=%s".formatted(main.id(), free, folder));
        end("its disk is nearly full");
      }
    } catch (IOException | SQLException | RecoveryFailure e) {
      context
          .journal()
          .record(
              LogLevel.WARN,
              "archiving.unwatched",
              "node=%s reason=\"%s\"".formatted(main.id(), Commands.oneLine(e)));
    }
  }

  /// Archiving goes on; it is watched again after the next start.
  @Override
  public void close() {
    watch.interrupt();
  }
}
