package org.relevo.proxy.fanout;

/// Bounds of sessions that write to several nodes.
final class FanoutLimits {
  /// One message of a client or a server; larger ones end the session.
  static final int MAX_MESSAGE_BYTES = 256 << 20;

  /// What may wait in an [Inbox] before its channel is not read any more; one message may exceed
  /// it.
  static final int INBOX_BYTES = 1 << 20;

  /// What is kept of an answer before it goes to the client.
  static final int FLUSH_BYTES = 64 << 10;

  /// Rows of one statement that are carried over, in bytes.
  static final int MAX_CARRIED_BYTES = 64 << 20;

  /// Statements that the other nodes may be behind the main node, in one transaction.
  static final int MAX_OWED = 64;

  /// Statements and portals that a client may have prepared.
  static final int MAX_NAMES = 10_000;

  /// Messages of a client that wait for its Sync.
  static final long MAX_BATCH_BYTES = MAX_MESSAGE_BYTES;

  /// Texts and values that a client may have prepared and bound.
  static final long MAX_NAMED_BYTES = MAX_MESSAGE_BYTES;

  /// Settings that a connection opened later is given.
  static final int MAX_SETTINGS = 1_000;

  private FanoutLimits() {}
}
