package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.recovery.StandbySetup;

/// A standby's `restore_command`, which would go on taking log out of an archive after its receiver
/// was stopped, while its position is to stand still. It is taken away for that time by the
/// server's own `postgresql.auto.conf`; what stood there is kept on disk first, so that it comes
/// back whenever the server follows or is the primary, also after a crash in between.
///
/// ```text
/// noted: "reset"      nothing stood there, the command comes from another file
///        "set VALUE"  this stood there
/// ```
///
/// Owner: the running action's thread.
final class Archive {
  static final String SETTING = "restore_command";
  private static final String RESET = "reset";
  private static final String SET = "set ";

  private final NodeFiles files;

  Archive(NodeFiles files) {
    this.files = files;
  }

  /// Notes what is to come back; the caller empties the setting next.
  void note(LocalServer local) throws IOException {
    Optional<String> stands = StandbySetup.get(local.dataDirectory(), SETTING);
    if (stands.isPresent() && stands.get().isEmpty() && files.archive().isPresent()) {
      // Emptied here before.
      return;
    }
    files.archive(stands.map(value -> SET + value).orElse(RESET));
  }

  /// Whether it was taken away and is not back.
  boolean away() throws IOException {
    return files.archive().isPresent();
  }

  /// Puts it back on a running server, for its next reload; [#forget] after that.
  void putBack(LocalServer local, Connection connection) throws IOException, SQLException {
    Optional<String> noted = due(local);
    if (noted.isPresent()) {
      String sql =
          noted.get().startsWith(SET)
              ? "SET " + SETTING + " = " + OwnServer.literal(noted.get().substring(SET.length()))
              : "RESET " + SETTING;
      try (Statement statement = connection.createStatement()) {
        statement.execute("ALTER SYSTEM " + sql);
      }
    }
  }

  /// The same on a stopped server.
  void putBack(LocalServer local) throws IOException {
    Optional<String> noted = due(local);
    if (noted.isPresent() && noted.get().startsWith(SET)) {
      StandbySetup.set(
          local.dataDirectory(),
          Map.of(SETTING, noted.get().substring(SET.length())),
          local.account());
    } else if (noted.isPresent()) {
      StandbySetup.unset(local.dataDirectory(), SETTING, local.account());
    }
  }

  void forget() throws IOException {
    files.archiveIsBack();
  }

  /// What somebody has set in the meantime stays.
  private Optional<String> due(LocalServer local) throws IOException {
    boolean others =
        StandbySetup.get(local.dataDirectory(), SETTING)
            .map(value -> !value.isEmpty())
            .orElse(false);
    return others ? Optional.empty() : files.archive();
  }
}
