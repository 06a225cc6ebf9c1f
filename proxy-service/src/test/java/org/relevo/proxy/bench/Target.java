package org.relevo.proxy.bench;

/// An end point that is measured.
///
/// @param pid process whose CPU time and memory count, with its children; 0 when nobody asks
record Target(String name, String host, int port, long pid) {
  /// @param text `name=host:port` or `name=host:port,pid`
  static Target parse(String text) {
    int equals = text.indexOf('=');
    int colon = text.lastIndexOf(':');
    int comma = text.indexOf(',', colon);
    int end = comma < 0 ? text.length() : comma;
    return new Target(
        text.substring(0, equals),
        text.substring(equals + 1, colon),
        Integer.parseInt(text.substring(colon + 1, end)),
        comma < 0 ? 0 : Long.parseLong(text.substring(comma + 1)));
  }
}
