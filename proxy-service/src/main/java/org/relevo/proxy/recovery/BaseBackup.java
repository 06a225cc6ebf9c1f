package org.relevo.proxy.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.recovery.protocol.CopyEvent;
import org.relevo.proxy.recovery.protocol.ReplicationConnection;
import org.relevo.proxy.recovery.protocol.ReplicationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies a running server's data directory over the replication protocol.
///
/// ```text
/// connect → slot → BASE_BACKUP → <target>.partial-<pid> → manifest verified → fsync → rename
/// ```
///
/// The target appears only whole and verified; after any failure neither it nor the partial folder
/// is there. A partial folder whose service was killed is removed by the next copy.
public final class BaseBackup {
  private static final Logger LOG = LoggerFactory.getLogger(BaseBackup.class);
  private static final String DUPLICATE_OBJECT = "42710";
  private static final int OLDEST_SERVER = 13;
  private static final int READ_SLOT_SINCE = 15;
  private static final int OPTIONS_IN_PARENTHESES_SINCE = 15;
  private static final int PACKED_BUFFER_BYTES = 64 << 10;
  private static final int MAX_TABLESPACES = 10_000;

  private BaseBackup() {}

  /// Makes the copy; blocks until it is complete. An interrupt of a virtual thread breaks it off.
  ///
  /// @throws IOException naming source and target, after everything partial is gone
  public static BaseBackupResult run(BaseBackupRequest request) throws IOException {
    long startNs = System.nanoTime();
    Path partial = partial(request.target());
    Slot slot = Slot.TEMPORARY;
    try {
      checkTarget(request.target());
      removeLeftovers(request.target());
      try (ReplicationConnection connection =
          ReplicationConnection.open(request.source(), "relevo recovery")) {
        Map<String, String> system = one(connection, "IDENTIFY_SYSTEM");
        slot = makeSlot(connection, request.slot());
        Copied copied = copy(connection, request, slot, partial);
        finish(request, partial, copied.tree());
        BaseBackupResult result =
            new BaseBackupResult(
                request.target(),
                copied.start(),
                copied.end(),
                copied.timeline(),
                system.getOrDefault("systemid", ""),
                copied.tree().files().size(),
                copied.tree().bytes(),
                Duration.ofNanos(System.nanoTime() - startNs));
        LOG.info(
            "recovery.copied source={} target={} files={} bytes={} start={} end={} tookMs={}",
            request.source(),
            result.target(),
            result.files(),
            result.bytes(),
            result.start(),
            result.end(),
            result.took().toMillis());
        return result;
      }
    } catch (IOException | RuntimeException e) {
      cleanUp(request, partial, slot, e);
      throw new IOException(
          "no base backup of %s in %s: %s".formatted(request.source(), request.target(), text(e)),
          e);
    }
  }

  private record Copied(BackupTree tree, Lsn start, Lsn end, long timeline) {}

  /// What the server announces before it sends anything.
  ///
  /// @param order the tablespaces' folders in the order of their archives, "" for the data
  ///   directory
  private record Announced(Map<String, String> start, List<String> order, long bytes) {}

  private static Copied copy(
      ReplicationConnection connection, BaseBackupRequest request, Slot slot, Path partial)
      throws IOException {
    // A slot that keeps the WAL makes it needless in the copy; else the copy brings its own.
    boolean wal = slot != Slot.MADE && slot != Slot.KEEPS_WAL;
    CopyOptions options = request.options();
    int major = connection.serverMajor();
    connection.send(command(major, wal, options));
    Tablespaces tablespaces = new Tablespaces(options.tablespaces());
    Announced announced = announced(connection, tablespaces);
    BackupStream stream =
        new BackupStream(
            connection, major, announced.order().size(), announced.bytes(), request.progress());
    BackupTree tree = new BackupTree(partial, tablespaces);
    boolean packed = options.compressed() && major >= OPTIONS_IN_PARENTHESES_SINCE;
    BackupStream.Part part = stream.nextPart();
    int archives = 0;
    for (; part == BackupStream.Part.ARCHIVE; part = stream.nextPart()) {
      if (archives == announced.order().size()) {
        throw new IOException("the backup has more archives than were announced");
      }
      String location =
          major >= OPTIONS_IN_PARENTHESES_SINCE
              ? stream.location()
              : announced.order().get(archives);
      unpack(stream, tree, tablespaces, location, packed);
      archives++;
    }
    if (archives != announced.order().size() || part != BackupStream.Part.MANIFEST) {
      throw new IOException(
          "the server sent %d of %d archives and then %s"
              .formatted(archives, announced.order().size(), part));
    }
    BackupManifest manifest = BackupManifest.read(stream.content());
    if (major >= OPTIONS_IN_PARENTHESES_SINCE && stream.nextPart() != BackupStream.Part.END) {
      throw new IOException("the backup goes on after its manifest");
    }
    Map<String, String> end = row(connection);
    while (!(connection.next() instanceof CopyEvent.Ended)) {
      // Nothing of what may still come matters; the stream is bounded by the connection.
    }
    manifest.verify(tree.files());
    tree.verified();
    tree.write("backup_manifest", manifest.content());
    request.progress().at(stream.bytes(), stream.bytes());
    return new Copied(
        tree,
        lsn(announced.start()),
        lsn(end),
        number(announced.start().getOrDefault("tli", "-1")));
  }

  private static Announced announced(ReplicationConnection connection, Tablespaces tablespaces)
      throws IOException {
    Map<String, String> start = row(connection);
    List<String> order = new ArrayList<>();
    long bytes = 0;
    CopyEvent event = connection.next();
    for (; event instanceof CopyEvent.Row row; event = connection.next()) {
      String oid = row.values().getOrDefault("spcoid", "");
      String location = oid.isEmpty() ? "" : row.values().getOrDefault("spclocation", "");
      if (!oid.isEmpty()) {
        tablespaces.announce(oid, location);
      }
      order.add(location);
      bytes += number(row.values().getOrDefault("size", "0")) * 1024;
      if (order.size() > MAX_TABLESPACES) {
        throw new IOException("the server has more than " + MAX_TABLESPACES + " tablespaces");
      }
    }
    if (!(event instanceof CopyEvent.Begun)) {
      throw new IOException("the server sent no backup");
    }
    return new Announced(start, order, bytes);
  }

  private static void unpack(
      BackupStream stream,
      BackupTree tree,
      Tablespaces tablespaces,
      String location,
      boolean packed)
      throws IOException {
    InputStream plain = stream.content();
    // Closing is left out on purpose: the stream below belongs to the connection.
    @SuppressWarnings("resource")
    InputStream archive = packed ? new GZIPInputStream(plain, PACKED_BUFFER_BYTES) : plain;
    if (location.isEmpty()) {
      tree.unpack(archive);
    } else {
      tree.unpack(
          archive,
          tablespaces
              .at(location)
              .orElseThrow(
                  () -> new IOException("the backup has a tablespace that was not announced")));
    }
    if (plain.read() >= 0) {
      throw new IOException("the backup's archive goes on after its end");
    }
  }

  /// @see "https://www.postgresql.org/docs/current/protocol-replication.html"
  static String command(int serverMajor, boolean wal, CopyOptions options) throws IOException {
    int rate = options.maxRateKbPerSecond();
    if (serverMajor < OLDEST_SERVER) {
      throw new IOException(
          "the server has version " + serverMajor + ", copies are made of 13 and later");
    }
    if (serverMajor < OPTIONS_IN_PARENTHESES_SINCE) {
      return "BASE_BACKUP LABEL 'relevo' PROGRESS FAST "
          + (wal ? "WAL " : "")
          + "NOWAIT "
          + (rate > 0 ? "MAX_RATE " + rate + " " : "")
          + "MANIFEST 'yes' MANIFEST_CHECKSUMS 'SHA256'";
    }
    return "BASE_BACKUP (LABEL 'relevo', PROGRESS true, CHECKPOINT 'fast', WAL "
        + wal
        + ", WAIT false"
        + (rate > 0 ? ", MAX_RATE " + rate : "")
        + (options.compressed() ? ", COMPRESSION 'gzip', COMPRESSION_DETAIL 'level=1'" : "")
        + ", MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')";
  }

  /// How the WAL that the copy needs is kept meanwhile.
  private enum Slot {
    /// By a slot that ends with the connection.
    TEMPORARY,
    /// By a lasting slot made here, which a failure takes back.
    MADE,
    /// By a lasting slot that was there.
    KEEPS_WAL,
    /// A lasting slot was there that keeps nothing yet.
    IDLE
  }

  private static Slot makeSlot(ReplicationConnection connection, Optional<String> slot)
      throws IOException {
    if (slot.isEmpty()) {
      connection.query(
          "CREATE_REPLICATION_SLOT \"relevo_copy_%d_%d\" TEMPORARY PHYSICAL RESERVE_WAL"
              .formatted(ProcessHandle.current().pid(), System.nanoTime() & 0xFFFFFF));
      return Slot.TEMPORARY;
    }
    try {
      connection.query("CREATE_REPLICATION_SLOT \"" + slot.get() + "\" PHYSICAL RESERVE_WAL");
      return Slot.MADE;
    } catch (ReplicationException e) {
      if (!e.sqlState().equals(DUPLICATE_OBJECT)) {
        throw e;
      }
    }
    if (connection.serverMajor() < READ_SLOT_SINCE) {
      return Slot.IDLE;
    }
    Map<String, String> read = one(connection, "READ_REPLICATION_SLOT \"" + slot.get() + "\"");
    return read.containsKey("restart_lsn") ? Slot.KEEPS_WAL : Slot.IDLE;
  }

  private static void finish(BaseBackupRequest request, Path partial, BackupTree tree)
      throws IOException {
    Files.deleteIfExists(partial.resolve(StandbySetup.PASSWORD_FILE));
    for (Path root : tree.roots()) {
      request.owner().own(root);
    }
    if (request.durable()) {
      tree.sync();
    }
    Files.deleteIfExists(request.target());
    Files.move(partial, request.target(), StandardCopyOption.ATOMIC_MOVE);
    if (request.durable()) {
      BackupTree.force(folderOf(request.target()), StandardOpenOption.READ);
    }
  }

  private static void cleanUp(BaseBackupRequest request, Path partial, Slot slot, Exception cause) {
    try {
      Tablespaces.delete(partial);
      FileTrees.delete(partial);
    } catch (IOException e) {
      cause.addSuppressed(e);
      LOG.warn("recovery.leftover folder={} reason=\"{}\"", partial, e.toString());
    }
    if (slot != Slot.MADE || request.slot().isEmpty()) {
      return;
    }
    // A slot that nobody reads would fill the source's disk with WAL.
    try (ReplicationConnection connection =
        ReplicationConnection.open(request.source(), "relevo recovery")) {
      connection.query("DROP_REPLICATION_SLOT \"" + request.slot().get() + "\" WAIT");
    } catch (IOException e) {
      cause.addSuppressed(e);
      LOG.error(
          "recovery.slot-left slot={} source={} reason=\"{}\" todo=\"SELECT"
              + " pg_drop_replication_slot('{}')\"",
          request.slot().get(),
          request.source(),
          e.getMessage(),
          request.slot().get());
    }
  }

  private static void checkTarget(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Path parent = folderOf(target);
      if (!Files.isDirectory(parent)) {
        throw new IOException("its parent folder does not exist; create it first");
      }
      return;
    }
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("the target is no folder; name a folder that does not exist yet");
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(target)) {
      if (content.iterator().hasNext()) {
        throw new IOException("the target is not empty; empty it or name another folder");
      }
    }
  }

  private static Path partial(Path target) {
    return target.resolveSibling(
        target.getFileName() + ".partial-" + ProcessHandle.current().pid());
  }

  /// Partial copies of services that are gone.
  private static void removeLeftovers(Path target) throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(folderOf(target), target.getFileName() + ".partial-*")) {
      for (Path leftover : leftovers) {
        String pid = leftover.toString().replaceFirst(".*\\.partial-", "");
        boolean alive =
            pid.matches("\\d{1,18}")
                && ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent();
        if (pid.equals(String.valueOf(ProcessHandle.current().pid()))) {
          throw new IOException("this service is copying into the same target already");
        }
        if (!alive) {
          Tablespaces.delete(leftover);
          FileTrees.delete(leftover);
          LOG.info("recovery.leftover.removed folder={}", leftover);
        }
      }
    }
  }

  private static Path folderOf(Path target) throws IOException {
    @Nullable Path parent = target.getParent();
    if (parent == null || target.getFileName() == null) {
      throw new IOException("the target must be below some folder");
    }
    return parent;
  }

  private static Map<String, String> one(ReplicationConnection connection, String command)
      throws IOException {
    return connection.query(command).stream()
        .findFirst()
        .orElseThrow(() -> new IOException("the server gave no answer to " + command));
  }

  private static Map<String, String> row(ReplicationConnection connection) throws IOException {
    if (connection.next() instanceof CopyEvent.Row row) {
      return row.values();
    }
    throw new IOException("the server's backup has no position");
  }

  private static Lsn lsn(Map<String, String> row) throws IOException {
    return Lsn.tryParse(row.getOrDefault("recptr", ""))
        .orElseThrow(() -> new IOException("the server's backup has no position"));
  }

  private static long number(String text) throws IOException {
    if (!text.matches("-?\\d{1,18}")) {
      throw new IOException("the server sent '" + text + "' where a number belongs");
    }
    return Long.parseLong(text);
  }

  private static String text(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
