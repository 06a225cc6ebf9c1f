package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.ServerAccount;

/// The files of a data directory that are the server's own and not part of its data: settings,
/// access rules, certificates. They would be replaced by the primary's as it is rewound or cloned.
final class OwnFiles {
  private static final Set<String> NOT_OWN =
      Set.of(
          "PG_VERSION",
          "postmaster.pid",
          "postmaster.opts",
          "backup_label",
          "backup_label.old",
          "backup_manifest",
          "tablespace_map",
          "tablespace_map.old",
          "current_logfiles",
          "standby.signal",
          "recovery.signal",
          "recovery.done",
          "relevo.guard",
          "relevo.guard.said");
  private static final long MOST_BYTES = 1 << 20;
  private static final String COMPLETE = "complete";

  private final Path folder;

  OwnFiles(Path folder) {
    this.folder = folder;
  }

  /// Keeps copies; does nothing when they are kept already, since the directory may be the
  /// primary's by now.
  void save(Path data) throws IOException {
    if (Files.exists(folder.resolve(COMPLETE))) {
      return;
    }
    FileTrees.delete(folder);
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    List<Path> own;
    try (Stream<Path> all = Files.list(data)) {
      own = all.filter(OwnFiles::isOwn).toList();
    }
    for (Path file : own) {
      Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createFile(folder.resolve(COMPLETE));
  }

  void putBack(Path data, ServerAccount account) throws IOException {
    if (!Files.exists(folder.resolve(COMPLETE))) {
      return;
    }
    List<Path> own;
    try (Stream<Path> all = Files.list(folder)) {
      own = all.filter(file -> !file.endsWith(COMPLETE)).toList();
    }
    for (Path file : own) {
      Path target = data.resolve(file.getFileName());
      Files.copy(
          file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      account.own(target);
    }
  }

  void forget() throws IOException {
    FileTrees.delete(folder);
  }

  private static boolean isOwn(Path file) {
    try {
      return Files.isRegularFile(file)
          && !NOT_OWN.contains(String.valueOf(file.getFileName()))
          && Files.size(file) <= MOST_BYTES;
    } catch (IOException _) {
      // Gone between the two looks: nothing to keep.
      return false;
    }
  }
}
