package org.relevo.proxy.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/// The partial copy on disk: writes the archive's entries below one folder and nowhere else, those
/// of a tablespace below the tablespace's own, with private modes, and keeps size and checksums of
/// what it wrote.
///
/// Owner: the thread that runs the backup.
final class BackupTree {
  /// What was written as one file.
  record Written(long bytes, String sha256) {}

  static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int MAX_FILES = 20_000_000;

  private final Path root;
  private final Tablespaces tablespaces;
  private final Map<String, Written> files = new HashMap<>();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long bytes;

  BackupTree(Path root, Tablespaces tablespaces) throws IOException {
    this.root = root;
    this.tablespaces = tablespaces;
    Files.createDirectory(root, PRIVATE_FOLDER);
    tablespaces.make(root);
  }

  /// All is as the server read it.
  void verified() throws IOException {
    tablespaces.finish();
  }

  /// The data directory and the tablespaces.
  List<Path> roots() {
    return Stream.concat(
            Stream.of(root), tablespaces.places().stream().map(Tablespaces.Place::target))
        .toList();
  }

  Map<String, Written> files() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  /// Unpacks the data directory's tar stream.
  void unpack(InputStream archive) throws IOException {
    unpack(archive, root, "");
  }

  /// Unpacks a tablespace's tar stream.
  void unpack(InputStream archive, Tablespaces.Place place) throws IOException {
    unpack(archive, place.target(), "pg_tblspc/" + place.oid() + "/");
  }

  private void unpack(InputStream archive, Path folder, String prefix) throws IOException {
    // Closing is left out on purpose: the stream below belongs to the connection.
    @SuppressWarnings("resource")
    TarArchiveInputStream tar = new TarArchiveInputStream(archive, "UTF-8");
    for (@Nullable TarArchiveEntry entry = tar.getNextEntry();
        entry != null;
        entry = tar.getNextEntry()) {
      if (!entry.isCheckSumOK()) {
        throw new IOException("the backup's archive is damaged before '" + entry.getName() + "'");
      }
      Path target = inside(folder, entry.getName());
      if (entry.isSymbolicLink()) {
        checkLink(entry);
      } else if (entry.isDirectory()) {
        Files.createDirectories(target, PRIVATE_FOLDER);
      } else if (entry.isFile()) {
        files.put(prefix + folder.relativize(target), write(tar, folder, target, entry.getSize()));
        if (files.size() > MAX_FILES) {
          throw new IOException("the backup has more than " + MAX_FILES + " files");
        }
      } else {
        throw new IOException(
            "the backup has an entry that is neither file nor folder: '" + entry.getName() + "'");
      }
    }
    drain(archive);
  }

  /// The links to tablespaces are there already, and there are no others.
  private void checkLink(TarArchiveEntry entry) throws IOException {
    boolean known =
        tablespaces.places().stream()
            .anyMatch(place ->
                entry.getName().replaceFirst("/$", "").equals("pg_tblspc/" + place.oid())
                    && entry.getLinkName().equals(place.source()));
    if (!known) {
      throw new IOException(
          "the backup has a link that was not announced: '%s' to '%s'"
              .formatted(entry.getName(), entry.getLinkName()));
    }
  }

  /// Writes one file that came outside the archive.
  void write(String name, byte[] content) throws IOException {
    Path target = inside(root, name);
    Files.write(
        Files.createFile(target, PRIVATE_FILE), content, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /// Puts everything on the disk: files first, then the folders that name them.
  void sync() throws IOException {
    for (Path each : roots()) {
      sync(each);
    }
  }

  private static void sync(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isSymbolicLink()) {
              force(file, StandardOpenOption.WRITE);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            force(folder, StandardOpenOption.READ);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static Path inside(Path folder, String name) throws IOException {
    Path target = folder.resolve(name).normalize();
    if (name.isEmpty() || name.startsWith("/") || !target.startsWith(folder)) {
      throw new IOException("the backup has an entry that leaves its folder: '" + name + "'");
    }
    return target;
  }

  private Written write(InputStream in, Path folder, Path target, long size) throws IOException {
    if (target.equals(folder)) {
      throw new IOException("the backup has a file without a name");
    }
    Files.createDirectories(target.resolveSibling("."), PRIVATE_FOLDER);
    Checksums.Running sha256 = Checksums.sha256();
    long written = 0;
    try (OutputStream out =
        Files.newOutputStream(
            Files.createFile(target, PRIVATE_FILE), StandardOpenOption.TRUNCATE_EXISTING)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        sha256.update(buffer, count);
        written += count;
      }
    }
    if (written != size) {
      throw new IOException(
          "file '%s' of the backup is cut: %d of %d bytes"
              .formatted(folder.relativize(target), written, size));
    }
    bytes += written;
    return new Written(written, sha256.hex());
  }

  /// The blocks behind the archive's end mark.
  private void drain(InputStream archive) throws IOException {
    for (int count = archive.read(buffer); count >= 0; count = archive.read(buffer)) {
      for (int i = 0; i < count; i++) {
        if (buffer[i] != 0) {
          throw new IOException("the backup's archive goes on after its end");
        }
      }
    }
  }
}
