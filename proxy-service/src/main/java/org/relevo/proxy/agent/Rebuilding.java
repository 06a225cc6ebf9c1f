package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.local.WalEnd;
import org.relevo.proxy.recovery.BackupProgress;
import org.relevo.proxy.recovery.BaseBackup;
import org.relevo.proxy.recovery.BaseBackupRequest;
import org.relevo.proxy.recovery.StandbySetup;

/// Makes a data directory part of a primary's history again: by `pg_rewind` where that can be, else
/// by a new copy beside it that takes its place; the old one is kept.
///
/// ```text
/// REWIND noted → log since the fork kept → stopped in order → pg_rewind ──► own files back → done
///                                                              └─ fails ─┐
/// CLONE noted → <data>.relevo-new copied whole ◄────────────────────────┘
/// SWAP noted  → <data> becomes <data>.relevo-old-<time> → <data>.relevo-new becomes <data> → done
/// ```
///
/// A rewind that was broken off leaves a directory that must never start: what is noted survives
/// the agent, and the next attempt clones.
///
/// Owner: the running action's thread; the exchange of directories may also be ended by the watch,
/// as it begins.
final class Rebuilding {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);
  private static final double SPARE = 1.1;

  private final OwnServer own;
  private final NodeFiles files;
  private final OwnFiles ownFiles;
  private final Journal journal;
  private final Steps steps;

  Rebuilding(OwnServer own, NodeFiles files, Journal journal, Steps steps) {
    this.own = own;
    this.files = files;
    this.ownFiles = new OwnFiles(files.folder().resolve("own-files"));
    this.journal = journal;
    this.steps = steps;
  }

  /// Whether there is no data directory, or an empty one, so that nothing can be lost.
  boolean nothingThere() throws IOException {
    Path data = own.settings.data();
    if (!Files.isDirectory(data)) {
      return true;
    }
    try (Stream<Path> content = Files.list(data)) {
      return content.findAny().isEmpty();
    }
  }

  /// Ends an exchange of directories that was broken off.
  synchronized void finishSwap() throws IOException, InterruptedException, ActionFailure {
    if (files.rebuild().equals(Optional.of(NodeFiles.Rebuild.SWAP))) {
      stopOld();
      swap();
    }
  }

  void diverged(NodeSettings primary, WalEnd.Position end, Lsn fork)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    journal.record(
        LogLevel.WARN,
        "agent.diverged",
        node(
            "timeline=%d end=%s fork=%s primary=%s"
                .formatted(end.timeline(), end.end(), fork, primary.id())));
    LocalServer local = own.local();
    ownFiles.save(local.dataDirectory());
    stopInOrder(local);
    Path kept =
        DivergedLog.keep(
            files.folder().resolve("diverged"),
            own.settings.binaries(),
            local.dataDirectory(),
            fork,
            end);
    journal.record(LogLevel.INFO, "agent.diverged-kept", node("folder=" + kept));
    if (!rewound(primary, local)) {
      cloneOf(primary);
    }
  }

  /// The primary has not got the log any more that the standby needs.
  void gap(NodeSettings primary, WalEnd.Position end)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    journal.record(
        LogLevel.WARN,
        "agent.log-gap",
        node("timeline=%d end=%s primary=%s".formatted(end.timeline(), end.end(), primary.id())));
    ownFiles.save(own.settings.data());
    cloneOf(primary);
  }

  /// Goes on with what was broken off.
  void again(NodeSettings primary)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    if (own.local().running()) {
      own.stop(true);
    }
    cloneOf(primary);
  }

  /// The new standby streams.
  void done() throws IOException {
    if (files.rebuild().isPresent()) {
      files.rebuilt();
      ownFiles.forget();
      journal.record(LogLevel.INFO, "agent.rebuilt", node("data=" + own.settings.data()));
    }
    // Of the directories that were replaced the newest is kept.
    List<Path> old = old();
    for (Path each : old.subList(0, Math.max(0, old.size() - 1))) {
      FileTrees.delete(each);
    }
  }

  /// `pg_rewind` needs an orderly end, which a killed server gets as a standby that follows nobody.
  private void stopInOrder(LocalServer local)
      throws IOException, InterruptedException, ActionFailure {
    if (!local.running()) {
      ControlFile.State state = local.controlFile().state();
      if (state == ControlFile.State.SHUT_DOWN
          || state == ControlFile.State.SHUT_DOWN_IN_RECOVERY) {
        return;
      }
      own.seal(local);
      StandbySetup.set(local.dataDirectory(), Map.of("primary_conninfo", ""), local.account());
      own.start(local);
    }
    stopOld();
  }

  private boolean rewound(NodeSettings primary, LocalServer local)
      throws IOException, SQLException, InterruptedException {
    Path program = own.settings.binaries().program("pg_rewind");
    if (!Files.isExecutable(program)) {
      journal.record(
          LogLevel.INFO, "agent.rewind-impossible", node("reason=\"there is no " + program + "\""));
      return false;
    }
    // Until its first checkpoint a promoted server's control file has the old timeline, and
    // pg_rewind takes the two as being on the same.
    try (Connection connection = OwnServer.connect(primary, own.settings.limits().checkpoint());
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
    files.rebuilding(NodeFiles.Rebuild.REWIND);
    steps.at("rewinding");
    ServerAccount account = local.account();
    Path passwords = Files.createTempFile("relevo-rewind-", ".pgpass");
    try {
      // The account's own from here on; mode 0600 from its creation.
      Files.writeString(passwords, passwordLine(primary));
      account.own(passwords);
      Commands.Result result =
          Commands.run(
              account.command(
                  List.of(
                      program.toString(),
                      "--target-pgdata=" + local.dataDirectory(),
                      "--source-server=" + connection(primary))),
              Map.of("PGPASSFILE", passwords.toString(), "LC_ALL", "C"),
              "",
              own.settings.limits().rewind());
      steps.at("rewound");
      if (result.exit() != 0 || result.output().contains("no rewind required")) {
        journal.record(
            LogLevel.WARN,
            "agent.rewind-failed",
            node("exit=%d output=\"%s\"".formatted(result.exit(), result.output())));
        return false;
      }
    } finally {
      Files.deleteIfExists(passwords);
    }
    ownFiles.putBack(local.dataDirectory(), account);
    own.seal(local);
    files.rebuilding(NodeFiles.Rebuild.PLACED);
    journal.record(LogLevel.INFO, "agent.rewound", node("primary=" + primary.id()));
    return true;
  }

  /// Copies the primary beside the data directory and exchanges the two.
  void cloneOf(NodeSettings primary)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    Path data = own.settings.data();
    boolean present = Files.isDirectory(data);
    ServerAccount account = ServerAccount.ownerOf(present ? data : parent(data));
    checkRoom(primary, parent(data));
    files.rebuilding(NodeFiles.Rebuild.CLONE);
    if (WholeCopy.usable(own, primary, copy())) {
      journal.record(LogLevel.INFO, "agent.copy-reused", node("folder=" + copy()));
    } else {
      copyOf(primary, account);
    }
    ownFiles.putBack(copy(), account);
    new StandbySetup(
            own.replication(primary),
            own.settings.node().name(),
            own.following(primary).slot(),
            Map.of("port", String.valueOf(own.settings.node().port())))
        .write(copy(), account);
    stopOld();
    steps.at("cloned");
    files.rebuilding(NodeFiles.Rebuild.SWAP);
    swap();
  }

  private void copyOf(NodeSettings primary, ServerAccount account)
      throws IOException, InterruptedException {
    // Whole or not there; one of an attempt before may be of another primary.
    FileTrees.delete(copy());
    steps.at("cloning");
    journal.record(
        LogLevel.INFO,
        "agent.cloning",
        node("source=%s target=%s".formatted(primary.id(), copy())));
    BaseBackup.run(
        new BaseBackupRequest(
            own.replication(primary),
            copy(),
            account,
            own.settings.slots() ? Optional.of(Slots.name(own.settings.id())) : Optional.empty(),
            own.settings.copy().get(),
            true,
            BackupProgress.NONE));
  }

  private void stopOld() throws IOException, InterruptedException, ActionFailure {
    if (Files.exists(own.settings.data().resolve("PG_VERSION")) && own.local().running()) {
      String how = own.stop(false);
      journal.record(LogLevel.INFO, "agent.stopped", node("text=\"" + how + "\""));
    }
  }

  /// As long as the copy has its own name, what stands in its place is the old directory.
  private synchronized void swap() throws IOException, InterruptedException {
    Path data = own.settings.data();
    if (Files.exists(copy())) {
      if (Files.exists(data)) {
        Files.move(
            data,
            data.resolveSibling(data.getFileName() + ".relevo-old-" + STAMP.format(Instant.now())),
            StandardCopyOption.ATOMIC_MOVE);
      }
      steps.at("moved-aside");
      Files.move(copy(), data, StandardCopyOption.ATOMIC_MOVE);
    }
    files.rebuilding(NodeFiles.Rebuild.PLACED);
  }

  private void checkRoom(NodeSettings primary, Path folder)
      throws IOException, SQLException, ActionFailure {
    long needed;
    try (Connection connection = OwnServer.connect(primary, own.settings.limits().checkpoint())) {
      needed =
          (long)
              (SPARE
                  * Long.parseLong(
                      OwnServer.text(
                          connection,
                          "SELECT sum(pg_database_size(oid))::bigint FROM pg_database")));
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new ActionFailure(
          "no room for a copy beside %s: %d MB are free in %s, about %d MB are needed; nothing was"
                  .formatted(own.settings.data(), free >> 20, folder, needed >> 20)
              + " deleted");
    }
  }

  private List<Path> old() throws IOException {
    Path data = own.settings.data();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(parent(data), data.getFileName() + ".relevo-old-*")) {
      List<Path> old = new ArrayList<>();
      found.forEach(old::add);
      Collections.sort(old);
      return old;
    }
  }

  private Path copy() {
    Path data = own.settings.data();
    return data.resolveSibling(data.getFileName() + ".relevo-new");
  }

  private static Path parent(Path data) throws IOException {
    Path parent = data.getParent();
    if (parent == null) {
      throw new IOException("the data directory must be below some folder");
    }
    return parent;
  }

  private static String connection(NodeSettings node) {
    StringBuilder text =
        new StringBuilder(
            "host='%s' port=%d user='%s' dbname='%s' connect_timeout=5"
                .formatted(node.host(), node.port(), node.user(), node.database()));
    node.encryption()
        .options(false)
        .forEach((name, value) -> text.append(" ").append(name).append("='").append(value + "'"));
    return text.toString();
  }

  private static String passwordLine(NodeSettings node) {
    return "*:*:*:" + escaped(node.user()) + ":" + escaped(node.password().get()) + "\n";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  private String node(String text) {
    return "node=" + own.settings.id() + " " + text;
  }
}
