package org.relevo.proxy.tls;

import java.io.IOException;
import java.io.Serial;

/// A setting or file of TLS that cannot be used; the message names it, says why and what to do.
public final class TlsConfigException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  TlsConfigException(String setting, String message) {
    super(setting + ": " + message);
  }

  TlsConfigException(String setting, String message, Throwable cause) {
    super(setting + ": " + message, cause);
  }
}
