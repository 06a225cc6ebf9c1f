package org.relevo.proxy.auth.stored;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.Secret;

/// Reads `pool_passwd` as pgpool-II does: a line `role:password`, where a password is an md5 hash,
/// a SCRAM verifier, `TEXT` and the password, `AES` and the encrypted password, or the password
/// itself. A backslash makes the next character, such as a colon, part of the name or password. The
/// first entry of a role counts.
///
/// Owner: the thread that reads the configuration.
public final class PoolPasswdFile {
  private static final String KEY = "pool_passwd";
  private static final long MAX_BYTES = 8 << 20;

  private final Path file;
  private final Path keyFile;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, StoredPassword> entries = new HashMap<>();
  private @Nullable PoolKey key;
  private boolean keyRead;

  /// @param warnings for the log, without secrets
  public record Loaded(PoolPasswd entries, List<String> warnings) {}

  private PoolPasswdFile(Path file, Path keyFile) {
    this.file = file;
    this.keyFile = keyFile;
  }

  /// Where the key of `AES` entries is when no setting says so.
  public static Path defaultKeyFile(Map<String, String> environment, Path home) {
    String named = environment.getOrDefault("PGPOOLKEYFILE", "");
    return named.isEmpty() ? home.resolve(".pgpoolkey") : Path.of(named);
  }

  /// @param keyFile read only when there are `AES` entries
  /// @return no entries when there is no such file
  /// @throws ConfigException with every line that cannot be used
  public static Loaded read(Path file, Path keyFile) throws ConfigException {
    PoolPasswdFile reader = new PoolPasswdFile(file, keyFile);
    reader.read();
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(reader.problems);
    }
    return new Loaded(new PoolPasswd(reader.entries), List.copyOf(reader.warnings));
  }

  private void read() {
    List<String> lines;
    try {
      if (Files.size(file) > MAX_BYTES) {
        problem(0, "is larger than 8 MB; this is no file of passwords");
        return;
      }
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException _) {
      return;
    } catch (IOException e) {
      problem(0, "cannot be read (" + e + "); let the service's user read it");
      return;
    }
    warnIfOpen(file);
    for (int i = 0; i < lines.size(); i++) {
      line(i + 1, lines.get(i));
    }
  }

  private void line(int number, String line) {
    if (line.isBlank() || line.startsWith("#")) {
      return;
    }
    List<String> fields = fields(line);
    if (fields.size() < 2 || fields.get(0).isEmpty() || fields.get(1).isEmpty()) {
      problem(number, "is not of the form role:password");
    } else if (fields.size() > 2) {
      problem(
          number, "has more than two fields; write a colon inside a name or a password as '\\:'");
    } else {
      password(number, fields.get(1))
          .ifPresent(password -> entries.putIfAbsent(fields.get(0), password));
    }
  }

  private Optional<StoredPassword> password(int number, String text) {
    if (text.startsWith("AES")) {
      return decrypt(number, text.substring(3));
    }
    if (text.startsWith("TEXT")) {
      return Optional.of(new StoredPassword.Plain(new Secret(text.substring(4))));
    }
    Optional<StoredPassword> known = StoredPassword.parse(text);
    if (known.isEmpty() && text.startsWith("SCRAM-SHA-256$")) {
      problem(number, "holds a SCRAM verifier that is not complete; copy all of rolpassword");
      return Optional.empty();
    }
    return known.or(() -> Optional.of(new StoredPassword.Plain(new Secret(text))));
  }

  private Optional<StoredPassword> decrypt(int number, String base64) {
    PoolKey usable = key();
    if (usable == null) {
      problem(number, "is encrypted, but there is no key in '" + keyFile + "'; put it there");
      return Optional.empty();
    }
    Optional<Secret> password = usable.decrypt(base64);
    if (password.isEmpty()) {
      problem(
          number,
          "was not encrypted with the key in '" + keyFile + "'; make it anew with that key");
    }
    return password.map(StoredPassword.Plain::new);
  }

  private @Nullable PoolKey key() {
    if (!keyRead) {
      keyRead = true;
      try (var lines = Files.lines(keyFile)) {
        key =
            lines
                .findFirst()
                .filter(line -> !line.isEmpty())
                .map(line -> new PoolKey(new Secret(line)))
                .orElse(null);
        warnIfOpen(keyFile);
      } catch (IOException | java.io.UncheckedIOException _) {
        return null; // every entry that needs it is a problem of its own
      }
    }
    return key;
  }

  private void warnIfOpen(Path path) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        warnings.add("'" + path + "' can be read by every user of this machine; chmod 600 " + path);
      }
    } catch (IOException | UnsupportedOperationException e) {
      warnings.add("permissions of '" + path + "' cannot be read: " + e);
    }
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        i++;
        field.append(line.charAt(i));
      } else if (c == ':' && !(fields.size() == 1 && startsVerifier(field))) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  /// Verifiers hold two colons of their own.
  private static boolean startsVerifier(StringBuilder field) {
    return field.indexOf("SCRAM-SHA-256$") == 0;
  }

  private void problem(int number, String message) {
    problems.add(new ConfigProblem(number == 0 ? "" + file : file + ":" + number, KEY, message));
  }
}
