package org.relevo.proxy.config;

/// An address to connect to.
public record HostPort(String host, int port) {
  /// Reads `host:port`, `[2001:db8::1]:port` with an IPv6 address.
  ///
  /// @throws IllegalArgumentException with a text for people
  static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon).strip();
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is not host:port; write an IPv6 address in brackets, as [::1]:9899");
    }
    String digits = text.substring(colon + 1).strip();
    if (host.isEmpty() || !digits.matches("\\d{1,5}") || !validPort(Integer.parseInt(digits))) {
      throw new IllegalArgumentException("'" + text + "' is not host:port, as db1:9899");
    }
    return new HostPort(host, Integer.parseInt(digits));
  }

  private static boolean validPort(int port) {
    return port >= 1 && port <= 65_535;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
