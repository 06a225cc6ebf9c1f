package org.relevo.jmx.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.relevo.jmx.contract.Role;

/// Management users: one `user:role:hash` a line, `#` starts a comment. Read again when it changed.
///
/// Owner: itself; every method may be called by any thread.
final class PasswordFile {
  private static final int MAX_BYTES = 1 << 20;

  /// @param role what the user may do
  record User(Role role, PasswordHash hash) {}

  private record Content(FileTime modifiedAt, Map<String, User> users) {}

  private final Path file;
  // Compared against for unknown users, so that they take as long as known ones.
  private final PasswordHash nobody = PasswordHash.of("", new SecureRandom());
  private Content content;

  private PasswordFile(Path file, Content content) {
    this.file = file;
    this.content = content;
  }

  /// @throws IOException naming file and line when it is damaged or readable by others
  static PasswordFile open(Path file) throws IOException {
    return new PasswordFile(file, read(file));
  }

  static String line(String user, Role role, String password, SecureRandom random) {
    return user
        + ":"
        + role.name().toLowerCase(Locale.ROOT)
        + ":"
        + PasswordHash.of(password, random).text();
  }

  /// @return the role when user and password are right
  /// @throws IOException when the file was changed and is now damaged or gone
  Optional<Role> check(String user, String password) throws IOException {
    User known = users().get(user);
    boolean matches = (known == null ? nobody : known.hash()).matches(password);
    return known != null && matches ? Optional.of(known.role()) : Optional.empty();
  }

  private synchronized Map<String, User> users() throws IOException {
    if (!Files.getLastModifiedTime(file).equals(content.modifiedAt())) {
      content = read(file);
    }
    return content.users();
  }

  private static Content read(Path file) throws IOException {
    PrivateFiles.requirePrivate(file);
    FileTime modifiedAt = Files.getLastModifiedTime(file);
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
    }
    Map<String, User> users = new HashMap<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split(":", 3);
      try {
        if (parts.length != 3 || parts[0].isBlank()) {
          throw new IllegalArgumentException("expected user:role:hash");
        }
        Role role = Role.valueOf(parts[1].toUpperCase(Locale.ROOT));
        if (users.put(parts[0], new User(role, PasswordHash.parse(parts[2]))) != null) {
          throw new IllegalArgumentException("user " + parts[0] + " is there twice");
        }
      } catch (IllegalArgumentException e) {
        throw new IOException(
            file
                + " line "
                + (i + 1)
                + ": "
                + e.getMessage()
                + " (roles: monitor, operator, admin)",
            e);
      }
    }
    return new Content(modifiedAt, Map.copyOf(users));
  }
}
