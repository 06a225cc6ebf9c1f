package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The service's own log.
///
/// @param json one JSON object a line in place of text
/// @param prefix in front of each line, with PostgreSQL's escapes; empty: the service's own form
/// @param rotationBytes size after which a new file is begun; 0: never by size
/// @param rotationAge after which a new file is begun; zero: never by age
/// @param syslog told besides
public record LogSettings(
    Path file,
    boolean json,
    String prefix,
    long rotationBytes,
    Duration rotationAge,
    Optional<Syslog> syslog) {
  private static final long USUAL_BYTES = 64L << 20;

  /// A syslog server, by UDP.
  ///
  /// @param server `host:port`
  /// @param old RFC 3164 in place of RFC 5424
  /// @param facility its number
  /// @param ident name of the sender
  public record Syslog(String server, boolean old, int facility, String ident) {}

  /// A file of texts in the service's own form.
  public static LogSettings usual(Path file) {
    return new LogSettings(file, false, "", USUAL_BYTES, Duration.ZERO, Optional.empty());
  }
}
