package org.relevo.proxy.wire;

/// A peer's bytes are not PostgreSQL's protocol. Without stack trace: peers can cause it at will.
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public WireException(String message) {
    super(message, null, false, false);
  }
}
