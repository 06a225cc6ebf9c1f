package org.relevo.proxy.recovery.protocol;

import java.io.IOException;

/// The server refused a command.
public final class ReplicationException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  ReplicationException(String message, String sqlState) {
    super(message);
    this.sqlState = sqlState;
  }

  public String sqlState() {
    return sqlState;
  }
}
