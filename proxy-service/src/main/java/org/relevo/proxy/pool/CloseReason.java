package org.relevo.proxy.pool;

/// Why a server connection of a pool ended.
public enum CloseReason {
  IDLE("idle for too long"),
  LIFE("end of its life time"),
  USES("served as many clients as it may"),
  UNUSABLE("not fit for another client"),
  CHECK("no answer to a check"),
  EVICTED("made room for another pool"),
  SHRUNK("a limit was lowered"),
  DRAINED("server taken out of use or settings renewed"),
  /// By the server, the network or the session that held it.
  LOST("lost");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
