package org.relevo.proxy.tls;

import java.io.IOException;
import java.io.Serial;

/// A setting or file of TLS that cannot be used; the message names it, says why and what to do.
public final class TlsConfigException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final String setting;
  private final String reason;

  TlsConfigException(String setting, String reason) {
    super(setting + ": " + reason);
    this.setting = setting;
    this.reason = reason;
  }

  TlsConfigException(String setting, String reason, Throwable cause) {
    super(setting + ": " + reason, cause);
    this.setting = setting;
    this.reason = reason;
  }

  public String setting() {
    return setting;
  }

  /// Why and what to do, without the setting's name.
  public String reason() {
    return reason;
  }
}
