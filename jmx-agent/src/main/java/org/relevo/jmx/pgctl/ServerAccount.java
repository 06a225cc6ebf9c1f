package org.relevo.jmx.pgctl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The operating-system account that PostgreSQL's programs run under. PostgreSQL refuses to run as
/// root, so a root process hands over to another account; any other process stays itself.
///
/// @param name account to change to, empty when this process's own will do
public record ServerAccount(Optional<String> name) {
  private static final Path PASSWD = Path.of("/etc/passwd");

  /// The account for new servers: `postgres` where there is one, else `nobody`.
  ///
  /// @throws IOException when running as root without either
  public static ServerAccount forNewServers() throws IOException {
    if (!runningAsRoot()) {
      return new ServerAccount(Optional.empty());
    }
    List<String> known =
        Files.readAllLines(PASSWD).stream().map(line -> line.split(":", 2)[0]).toList();
    for (String candidate : List.of("postgres", "nobody")) {
      if (known.contains(candidate)) {
        return new ServerAccount(Optional.of(candidate));
      }
    }
    throw new IOException(
        "PostgreSQL does not run as root and there is no account 'postgres' or 'nobody' in "
            + PASSWD
            + "; create one with: useradd --system postgres");
  }

  /// The account that owns an existing data directory.
  public static ServerAccount ownerOf(Path dataDirectory) throws IOException {
    return runningAsRoot()
        ? new ServerAccount(Optional.of(Files.getOwner(dataDirectory).getName()))
        : new ServerAccount(Optional.empty());
  }

  static boolean runningAsRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /// The command as this account runs it.
  public List<String> command(List<String> command) {
    return name.map(account ->
            Stream.concat(
                    Stream.of(
                        "setpriv",
                        "--reuid=" + account,
                        "--regid=" + group(account),
                        "--init-groups",
                        "--"),
                    command.stream())
                .toList())
        .orElse(command);
  }

  /// Gives a file tree to this account.
  public void own(Path tree) throws IOException {
    if (name.isEmpty()) {
      return;
    }
    UserPrincipal owner =
        tree.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name.get());
    try (Stream<Path> paths = Files.walk(tree)) {
      paths.forEach(path -> setOwner(path, owner));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void setOwner(Path path, UserPrincipal owner) {
    try {
      Files.getFileAttributeView(
              path, PosixFileAttributeView.class, java.nio.file.LinkOption.NOFOLLOW_LINKS)
          .setOwner(owner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String group(String account) {
    try {
      return Files.readAllLines(PASSWD).stream()
          .filter(line -> line.startsWith(account + ":"))
          .map(line -> line.split(":", -1)[3])
          .findFirst()
          .orElse(account);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
