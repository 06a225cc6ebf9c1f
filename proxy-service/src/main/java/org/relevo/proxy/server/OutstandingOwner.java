package org.relevo.proxy.server;

/// Learns from an [Outstanding] what became of entries that carry a note, and gives answers that no
/// server gives.
public interface OutstandingOwner {
  /// The server has done what the entry asked.
  void done(byte kind, Object note);

  /// An error came first; the server has not done it.
  void skipped(byte kind, Object note);

  /// It is the turn of a spared message's answer.
  void spared(byte kind);
}
