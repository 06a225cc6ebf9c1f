package org.relevo.proxy.tls;

import java.io.IOException;
import java.io.Serial;

/// A server connection that could not be encrypted as its setting wants it.
public final class ServerTlsException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  ServerTlsException(String message) {
    super(message);
  }

  ServerTlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
