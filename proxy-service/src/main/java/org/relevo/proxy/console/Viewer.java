package org.relevo.proxy.console;

/// Who uses the console.
///
/// @param user the proven role
/// @param address for the log
public record Viewer(String user, ConsoleRole role, String address) {
  /// Whether sessions of this user may be shown.
  boolean sees(String otherUser) {
    return role != ConsoleRole.NONE || user.equals(otherUser);
  }

  @Override
  public String toString() {
    return user + "@" + address;
  }
}
