package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// The connection broke, or was closed here.
public final class ConnectionLostException extends JmxException {
  private static final long serialVersionUID = 1L;

  ConnectionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
