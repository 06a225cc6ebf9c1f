package org.relevo.jmx.pgctl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs on this machine: `initdb`, `pg_ctl` and `postgres` at least.
///
/// @param bin folder that holds them
/// @param version such as `18.6`
public record PgBinaries(Path bin, String version) {
  /// Versions that the product serves (major numbers).
  public static final int OLDEST = 13;

  public static final int NEWEST = 18;

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+(?:\\.\\d+)?)");
  private static final long VERSION_TIMEOUT_SECONDS = 30;

  public int major() {
    return Integer.parseInt(version.replaceFirst("\\..*", ""));
  }

  /// A program that need not be there.
  public Path program(String name) {
    return bin.resolve(name);
  }

  /// Programs in a folder.
  ///
  /// @throws IOException naming the folder when a program is missing or the version is not served
  public static PgBinaries in(Path bin) throws IOException {
    for (String program : new String[] {"initdb", "pg_ctl", "postgres"}) {
      if (!Files.isExecutable(bin.resolve(program))) {
        throw new IOException(
            "no PostgreSQL server programs in "
                + bin
                + ": '"
                + program
                + "' is missing (Debian: apt-get install postgresql, then"
                + " --pg-bindir /usr/lib/postgresql/<version>/bin)");
      }
    }
    String version = askVersion(bin);
    PgBinaries found = new PgBinaries(bin, version);
    if (found.major() < OLDEST || found.major() > NEWEST) {
      throw new IOException(
          "PostgreSQL "
              + version
              + " in "
              + bin
              + " is not served: versions "
              + OLDEST
              + " to "
              + NEWEST
              + " are");
    }
    return found;
  }

  /// The programs that the class path carries, unpacked once into `cache`.
  ///
  /// @return empty when the class path carries none for this processor
  public static Optional<PgBinaries> embedded(Path cache) throws IOException {
    String architecture =
        switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> "";
        };
    ClassLoader loader = PgBinaries.class.getClassLoader();
    var resource = loader.getResource("postgres-linux-" + architecture + ".txz");
    if (architecture.isEmpty() || resource == null) {
      return Optional.empty();
    }
    // The jar's own name carries the version, so a new version gets a new folder.
    String origin = resource.toString();
    Matcher jar = Pattern.compile("-(\\d+\\.\\d+\\.\\d+)\\.jar!").matcher(origin);
    Path home = cache.resolve("postgresql-" + (jar.find() ? jar.group(1) : "embedded"));
    if (!Files.isDirectory(home)) {
      try (InputStream packed = resource.openStream()) {
        unpack(packed, cache, home);
      }
    }
    return Optional.of(in(home.resolve("bin")));
  }

  /// Where unpacked programs are kept: a folder that the servers' account can read too.
  public static Path defaultCache() {
    if (ServerAccount.runningAsRoot()) {
      return Path.of("/var/cache/relevo");
    }
    @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
    return xdg == null || xdg.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "relevo")
        : Path.of(xdg, "relevo");
  }

  private static void unpack(InputStream packed, Path cache, Path home) throws IOException {
    Files.createDirectories(cache);
    Path partial = Files.createTempDirectory(cache, ".unpacking-");
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpackEntry(tar, entry, partial);
      }
      Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException _) {
      FileTrees.delete(partial); // another process was faster; its copy is as good
    } catch (IOException e) {
      FileTrees.delete(partial);
      throw new IOException("cannot unpack PostgreSQL's programs into " + home + ": " + e, e);
    }
  }

  private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path root)
      throws IOException {
    Path target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("entry leaves its folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
    } else if (entry.isSymbolicLink()) {
      Files.createDirectories(target.resolveSibling("."));
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.createDirectories(target.resolveSibling("."));
      Files.copy(tar, target);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static String askVersion(Path bin) throws IOException {
    Process process =
        new ProcessBuilder(bin.resolve("postgres").toString(), "--version")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String answer = new String(process.getInputStream().readAllBytes(), Platform.CHARSET).strip();
    try {
      if (!process.waitFor(VERSION_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + bin + " for its version", e);
    }
    Matcher matcher = VERSION.matcher(answer);
    if (!matcher.find()) {
      throw new IOException("cannot tell the PostgreSQL version of " + bin + ": " + answer);
    }
    return matcher.group(1);
  }
}
