package org.relevo.proxy.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A machine, or a port of it.
///
/// @param host name or address
/// @param port 0 for none
public record Place(String host, int port) {
  private static final int MOST_PORT = 65535;
  private static final Pattern SIX =
      Pattern.compile("[0-9A-Fa-f.%]*:[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%]*");
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)\\]|([^:\\[\\]\\s]+))(?::(\\d{1,5}))?");

  /// Reads `host`, `host:port`, an IPv6 address, or one in brackets with a port.
  ///
  /// @param usualPort when none is written
  /// @throws IllegalArgumentException with one sentence
  public static Place parse(String text, int usualPort) {
    if (SIX.matcher(text).matches()) {
      return new Place(text, usualPort);
    }
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no host or host:port");
    }
    int port = parts.group(3) == null ? usualPort : Integer.parseInt(parts.group(3));
    if (port > MOST_PORT) {
      throw new IllegalArgumentException("port " + port + " is outside 1 to " + MOST_PORT);
    }
    return new Place(parts.group(1) == null ? parts.group(2) : parts.group(1), port);
  }

  @Override
  public String toString() {
    return port == 0 ? host : (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
