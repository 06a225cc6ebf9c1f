package org.relevo.proxy.wire;

/// Bounds on what a peer may send (PostgreSQL's own, where it has one).
public final class WireLimits {
  /// PostgreSQL's MAX_STARTUP_PACKET_LENGTH.
  public static final int MAX_STARTUP_BYTES = 10_000;

  /// Name and value pairs in a start-up packet.
  public static final int MAX_STARTUP_PARAMETERS = 256;

  /// PostgreSQL's MaxAllocSize: no message is longer.
  public static final int MAX_MESSAGE_BYTES = 0x3FFF_FFFF;

  /// PostgreSQL's PG_MAX_AUTH_TOKEN_LENGTH and some room for the message around it.
  public static final int MAX_LOGIN_MESSAGE_BYTES = 66_000;

  /// Longest key of a cancel request, protocol 3.2.
  public static final int MAX_CANCEL_KEY_BYTES = 256;

  /// Answers that may be outstanding before no more is read from the client.
  public static final int MAX_OUTSTANDING = 65_536;

  /// What may be held of a client that waits before no more is read from it.
  public static final int MAX_HELD_BYTES = 4096;

  private WireLimits() {}
}
