package org.relevo.proxy.wire;

import org.relevo.proxy.core.SqlState;

/// A client's login breaks a rule; carries what to tell it. Without stack trace: clients can cause
/// it at will.
public final class LoginRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient BackendError error;

  public LoginRefused(BackendError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  static LoginRefused of(SqlState state, String message, String detail) {
    return new LoginRefused(BackendError.fatal(state, message).withDetail(detail));
  }

  public BackendError error() {
    return error;
  }
}
