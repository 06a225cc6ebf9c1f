package org.relevo.proxy.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Positions in the log of a server, as PostgreSQL writes them.
final class Positions {
  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

  private Positions() {}

  /// @param position as `0/3000148`
  /// @return bytes since the beginning of the log
  static long bytes(String position) {
    Matcher parts = FORM.matcher(position);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no position: " + position);
    }
    return (Long.parseLong(parts.group(1), 16) << 32) | Long.parseLong(parts.group(2), 16);
  }
}
