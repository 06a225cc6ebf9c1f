package org.relevo.proxy.recovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.protocol.ServerAddress;

/// Makes a stopped data directory a standby that follows a primary at its next start.
///
/// @param primary server to follow; its password goes to a private file in the data directory
/// @param applicationName how the primary shows this standby
/// @param slot slot on the primary, when slots are used
/// @param settings further settings for `postgresql.auto.conf`, unquoted, such as `port`
public record StandbySetup(
    ServerAddress primary,
    String applicationName,
    Optional<String> slot,
    Map<String, String> settings) {
  static final String PASSWORD_FILE = "relevo.passfile";
  private static final String SIGNAL = "standby.signal";
  private static final String AUTO_CONF = "postgresql.auto.conf";

  public StandbySetup {
    settings = Map.copyOf(settings);
    slot.ifPresent(BaseBackupRequest::checkSlotName);
  }

  /// Writes password file, settings and `standby.signal`, in this order: a crash in between leaves
  /// a server that starts as it would have before.
  ///
  /// @throws IOException when the directory is none of PostgreSQL or a server runs in it
  public void write(Path dataDirectory, ServerAccount owner) throws IOException {
    if (!Files.exists(dataDirectory.resolve("PG_VERSION"))) {
      throw new IOException("no PostgreSQL data directory: " + dataDirectory);
    }
    writePassword(dataDirectory, owner);
    Map<String, String> wanted = recoverySettings(dataDirectory);
    settings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(setting -> wanted.put(setting.getKey(), setting.getValue()));
    Path autoConf = dataDirectory.resolve(AUTO_CONF);
    replace(autoConf, merged(lines(autoConf), wanted), owner);
    replace(dataDirectory.resolve(SIGNAL), "", owner);
    BackupTree.force(dataDirectory, StandardOpenOption.READ);
  }

  /// Only the password file, for a running standby that is pointed elsewhere by its settings.
  public void writePassword(Path dataDirectory, ServerAccount owner) throws IOException {
    replace(dataDirectory.resolve(PASSWORD_FILE).toAbsolutePath(), passwordLine(), owner);
  }

  /// What a standby is set to, unquoted.
  public Map<String, String> recoverySettings(Path dataDirectory) {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put(
        "primary_conninfo", connectionInfo(dataDirectory.resolve(PASSWORD_FILE).toAbsolutePath()));
    wanted.put("primary_slot_name", slot.orElse(""));
    wanted.put("recovery_target_timeline", "latest");
    return wanted;
  }

  /// Changes settings of a stopped server's `postgresql.auto.conf`, unquoted values.
  public static void set(Path dataDirectory, Map<String, String> settings, ServerAccount owner)
      throws IOException {
    Path autoConf = dataDirectory.resolve(AUTO_CONF);
    replace(autoConf, merged(lines(autoConf), settings), owner);
    BackupTree.force(dataDirectory, StandardOpenOption.READ);
  }

  /// What `postgresql.auto.conf` says, unquoted; the last line counts.
  public static Optional<String> get(Path dataDirectory, String name) throws IOException {
    return lines(dataDirectory.resolve(AUTO_CONF)).stream()
        .filter(line -> name(line).equals(name))
        .map(line -> unquoted(line.strip().substring(name.length()).replaceFirst("^\\s*=?", "")))
        .reduce((_, last) -> last);
  }

  /// Takes a setting out of a stopped server's `postgresql.auto.conf`.
  public static void unset(Path dataDirectory, String name, ServerAccount owner)
      throws IOException {
    Path autoConf = dataDirectory.resolve(AUTO_CONF);
    List<String> others =
        lines(autoConf).stream().filter(line -> !name(line).equals(name)).toList();
    replace(autoConf, merged(others, Map.of()), owner);
    BackupTree.force(dataDirectory, StandardOpenOption.READ);
  }

  private static String name(String line) {
    return line.strip().replaceFirst("[\\s=].*", "").toLowerCase(Locale.ROOT);
  }

  /// A value as the server writes it: in quotes, where a quote is doubled and a backslash escapes.
  private static String unquoted(String written) {
    String text = written.strip();
    if (!text.startsWith("'")) {
      return text.replaceFirst("\\s*#.*", "");
    }
    StringBuilder value = new StringBuilder();
    for (int at = 1; at < text.length(); at++) {
      char next = text.charAt(at);
      boolean two = at + 1 < text.length();
      if (next == '\\' && two) {
        at++;
        value.append(text.charAt(at));
      } else if (next == '\'' && two && text.charAt(at + 1) == '\'') {
        at++;
        value.append(next);
      } else if (next == '\'') {
        break;
      } else {
        value.append(next);
      }
    }
    return value.toString();
  }

  /// Puts the mark of a standby; does nothing when it is there.
  public static void mark(Path dataDirectory, ServerAccount owner) throws IOException {
    if (marked(dataDirectory)) {
      return;
    }
    replace(dataDirectory.resolve(SIGNAL), "", owner);
    BackupTree.force(dataDirectory, StandardOpenOption.READ);
  }

  /// Whether the next start is as a standby.
  public static boolean marked(Path dataDirectory) {
    return Files.exists(dataDirectory.resolve(SIGNAL));
  }

  /// Takes the mark back, so that the next start is as a primary again.
  public static void remove(Path dataDirectory) throws IOException {
    Files.deleteIfExists(dataDirectory.resolve(SIGNAL));
    BackupTree.force(dataDirectory, StandardOpenOption.READ);
  }

  /// What [#write] does, for people: shell commands without the password.
  public String describe(Path dataDirectory) {
    return "touch %s && set primary_conninfo = '%s'%s, recovery_target_timeline = 'latest' in %s"
        .formatted(
            dataDirectory.resolve(SIGNAL),
            connectionInfo(dataDirectory.resolve(PASSWORD_FILE)).replace("'", "''"),
            slot.map(name -> ", primary_slot_name = '" + name + "'").orElse(""),
            dataDirectory.resolve(AUTO_CONF));
  }

  private String connectionInfo(Path passwordFile) {
    return "host=%s port=%d user=%s application_name=%s passfile=%s connect_timeout=5"
            .formatted(
                value(primary.host()),
                primary.port(),
                value(primary.user()),
                value(applicationName),
                value(passwordFile.toString()))
        + encryption();
  }

  private String encryption() {
    return new TreeMap<>(primary.encryption())
        .entrySet().stream()
            .map(option -> " " + option.getKey() + "=" + value(option.getValue()))
            .collect(Collectors.joining());
  }

  /// libpq's quoting of a connection string's value.
  private static String value(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /// host:port:database:user:password, with `:` and `\` escaped.
  private String passwordLine() {
    return "*:*:*:" + escaped(primary.user()) + ":" + escaped(primary.password().get()) + "\n";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  static String merged(List<String> lines, Map<String, String> wanted) {
    List<String> kept = new ArrayList<>();
    for (String line : lines) {
      if (!wanted.containsKey(name(line))) {
        kept.add(line);
      }
    }
    wanted.forEach((name, value) -> kept.add(name + " = '" + quoted(value) + "'"));
    return String.join("\n", kept) + "\n";
  }

  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("'", "''");
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /// Replaces a file as a whole, private, durable, owned by the server's account.
  private static void replace(Path file, String content, ServerAccount owner) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".relevo-new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, content, StandardCharsets.UTF_8);
    owner.own(next);
    BackupTree.force(next, StandardOpenOption.WRITE);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
