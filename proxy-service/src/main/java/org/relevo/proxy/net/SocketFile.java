package org.relevo.proxy.net;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file `.s.PGSQL.<port>` of a Unix-domain socket and its lock file, named and written as
/// PostgreSQL's own are: whichever of both comes second finds the other.
///
/// Owner: [Listeners].
final class SocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
  private static final int MAX_LOCK_BYTES = 4096;

  private final Path path;
  private final Path lock;

  private SocketFile(Path path, Path lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes sure that the name is free; what a service left that is gone is removed.
  ///
  /// @throws IOException when somebody listens there, or the directory cannot be written
  static SocketFile claim(Path directory, int port) throws IOException {
    Path path = directory.resolve(".s.PGSQL." + port);
    Path lock = directory.resolve(".s.PGSQL." + port + ".lock");
    if (answers(path)) {
      throw taken(path, "somebody answers there");
    }
    try {
      lock(directory, port, lock);
    } catch (FileAlreadyExistsException _) {
      Optional<Long> holder = holder(lock);
      if (holder.isPresent() && alive(holder.get())) {
        throw taken(path, "its lock file belongs to process " + holder.get());
      }
      Files.deleteIfExists(lock);
      lock(directory, port, lock);
    } catch (NoSuchFileException e) {
      throw new IOException("unix_socket_directories: there is no directory " + directory, e);
    }
    boolean stale = Files.deleteIfExists(path);
    if (stale) {
      LOG.info("proxy.socket_removed file={}", path);
    }
    return new SocketFile(path, lock);
  }

  private static IOException taken(Path path, String why) {
    return new IOException(
        "cannot listen on %s: %s; stop it or change unix_socket_directories or port"
            .formatted(path, why));
  }

  /// Whether a process that is not this one runs under the number.
  private static boolean alive(long pid) {
    return pid != ProcessHandle.current().pid()
        && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static boolean answers(Path path) {
    if (!Files.exists(path)) {
      return false;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException _) {
      return false; // nobody listens: the file was left behind
    }
  }

  /// The lines of PostgreSQL's lock file: process, data directory, start, port, socket directory.
  private static void lock(Path directory, int port, Path lock) throws IOException {
    List<String> lines =
        List.of(
            String.valueOf(ProcessHandle.current().pid()),
            Path.of("").toAbsolutePath().toString(),
            String.valueOf(Instant.now().getEpochSecond()),
            String.valueOf(port),
            directory.toString());
    Files.write(lock, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    Files.setPosixFilePermissions(
        lock, EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
  }

  /// PostgreSQL writes its process number negative while it is a single-user backend.
  private static Optional<Long> holder(Path lock) throws IOException {
    byte[] start = new byte[MAX_LOCK_BYTES];
    try (var in = Files.newInputStream(lock)) {
      int read = in.readNBytes(start, 0, start.length);
      String first =
          new String(start, 0, read, StandardCharsets.UTF_8).lines().findFirst().orElse("");
      return first.matches("-?\\d{1,10}")
          ? Optional.of(Math.abs(Long.parseLong(first)))
          : Optional.empty();
    }
  }

  Path path() {
    return path;
  }

  /// Gives the new socket its owner and permissions.
  void bound(int permissions, Optional<String> group) throws IOException {
    if (group.isPresent()) {
      UserPrincipalLookupService names = path.getFileSystem().getUserPrincipalLookupService();
      try {
        Files.getFileAttributeView(path, PosixFileAttributeView.class)
            .setGroup(names.lookupPrincipalByGroupName(group.get()));
      } catch (UserPrincipalNotFoundException e) {
        throw new IOException("unix_socket_group: there is no group '" + group.get() + "'", e);
      }
    }
    Files.setPosixFilePermissions(path, permissions(permissions));
  }

  /// @param octal as for `chmod`; bits from the highest in the order of the enum
  static Set<PosixFilePermission> permissions(int octal) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((octal & (1 << (all.length - 1 - i))) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }

  void remove() {
    try {
      Files.deleteIfExists(path);
      Files.deleteIfExists(lock);
    } catch (IOException e) {
      LOG.warn("proxy.socket_not_removed file={} reason={}", path, e.getMessage());
    }
  }
}
