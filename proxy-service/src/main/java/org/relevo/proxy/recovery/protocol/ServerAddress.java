package org.relevo.proxy.recovery.protocol;

import java.time.Duration;
import java.util.function.Supplier;

/// Where and as whom to connect.
///
/// @param password asked for when the server wants one; never kept
/// @param connectLimit for the TCP connection
/// @param silenceLimit longest time without a byte from the server before it counts as hung
public record ServerAddress(
    String host,
    int port,
    String user,
    Supplier<String> password,
    Duration connectLimit,
    Duration silenceLimit) {
  /// With 5 s to connect and 60 s of silence.
  public static ServerAddress of(String host, int port, String user, Supplier<String> password) {
    return new ServerAddress(
        host, port, user, password, Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  /// Without the password.
  @Override
  public String toString() {
    return user + "@" + host + ":" + port;
  }
}
