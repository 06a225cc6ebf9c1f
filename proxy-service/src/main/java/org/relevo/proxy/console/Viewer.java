package org.relevo.proxy.console;

import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.proxy.core.BackendId;

/// Who uses the console.
///
/// @param user the proven role
/// @param address for the log
/// @param readsOn where the session's balanced reads go; empty for one that has made none. Asked on
///   the thread that gives the command
public record Viewer(
    String user, ConsoleRole role, String address, Supplier<Optional<BackendId>> readsOn) {
  /// One whose session is the console itself.
  public Viewer(String user, ConsoleRole role, String address) {
    this(user, role, address, Optional::empty);
  }

  /// Whether sessions of this user may be shown.
  boolean sees(String otherUser) {
    return role != ConsoleRole.NONE || user.equals(otherUser);
  }

  @Override
  public String toString() {
    return user + "@" + address;
  }
}
