package org.relevo.proxy.console;

import org.relevo.proxy.wire.BackendError;

/// A request of the console's user that is answered with an error. Without stack trace: users cause
/// it at will.
public final class ConsoleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient BackendError error;

  public ConsoleException(BackendError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public ConsoleException(String sqlState, String message) {
    this(BackendError.of("ERROR", sqlState, message));
  }

  public ConsoleException(String sqlState, String message, String hint) {
    this(BackendError.of("ERROR", sqlState, message).withHint(hint));
  }

  public BackendError error() {
    return error;
  }
}
