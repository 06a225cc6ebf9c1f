package org.relevo.proxy.console;

import java.util.Optional;

/// Something that an administrator does to the traffic. An empty database means all.
public sealed interface Act {
  /// Ends server connections as they become free and opens none; clients wait.
  record Pause(Optional<String> database) implements Act {}

  /// Takes back [Pause] or [Kill].
  record Resume(Optional<String> database) implements Act {}

  /// Reads the configuration anew.
  record Reload() implements Act {}

  /// Closes server connections as they become free; new ones are opened at once.
  record Reconnect(Optional<String> database) implements Act {}

  /// Ends all clients and server connections; new clients wait until [Resume].
  record Kill(Optional<String> database) implements Act {}

  /// @param id of `SHOW CLIENTS`
  record KillClient(long id) implements Act {}

  /// Refuses new clients of a database.
  record Disable(String database) implements Act {}

  record Enable(String database) implements Act {}

  /// Ends when no server connection is left that [Reconnect] or [Reload] has marked.
  record WaitClose(Optional<String> database) implements Act {}

  /// The command's first words, which are also its CommandComplete tag.
  default String tag() {
    return switch (this) {
      case Pause _ -> "PAUSE";
      case Resume _ -> "RESUME";
      case Reload _ -> "RELOAD";
      case Reconnect _ -> "RECONNECT";
      case Kill _ -> "KILL";
      case KillClient _ -> "KILL_CLIENT";
      case Disable _ -> "DISABLE";
      case Enable _ -> "ENABLE";
      case WaitClose _ -> "WAIT_CLOSE";
    };
  }

  /// What it is done to: a database, a client's number, or "" for everything.
  default String target() {
    return switch (this) {
      case Pause(Optional<String> database) -> database.orElse("");
      case Resume(Optional<String> database) -> database.orElse("");
      case Reload _ -> "";
      case Reconnect(Optional<String> database) -> database.orElse("");
      case Kill(Optional<String> database) -> database.orElse("");
      case KillClient(long id) -> Long.toString(id);
      case Disable(String database) -> database;
      case Enable(String database) -> database;
      case WaitClose(Optional<String> database) -> database.orElse("");
    };
  }
}
