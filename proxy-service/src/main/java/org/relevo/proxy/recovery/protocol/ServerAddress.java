package org.relevo.proxy.recovery.protocol;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/// Where and as whom to connect.
///
/// @param password asked for when the server wants one; never kept
/// @param connectLimit for the TCP connection
/// @param silenceLimit longest time without a byte from the server before it counts as hung
/// @param encryption options of libpq, such as `sslmode`; empty for none
public record ServerAddress(
    String host,
    int port,
    String user,
    Supplier<String> password,
    Duration connectLimit,
    Duration silenceLimit,
    Map<String, String> encryption) {
  public ServerAddress {
    encryption = Map.copyOf(encryption);
  }

  /// With 5 s to connect and 60 s of silence, not encrypted.
  public static ServerAddress of(String host, int port, String user, Supplier<String> password) {
    return of(host, port, user, password, Map.of());
  }

  public static ServerAddress of(
      String host,
      int port,
      String user,
      Supplier<String> password,
      Map<String, String> encryption) {
    return new ServerAddress(
        host, port, user, password, Duration.ofSeconds(5), Duration.ofSeconds(60), encryption);
  }

  /// Without the password.
  @Override
  public String toString() {
    return user + "@" + host + ":" + port;
  }
}
