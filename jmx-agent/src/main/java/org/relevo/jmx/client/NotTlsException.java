package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// Something listens there, but it is no management port of Relevo with TLS.
public final class NotTlsException extends JmxException {
  private static final long serialVersionUID = 1L;

  NotTlsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
