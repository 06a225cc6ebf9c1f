package org.relevo.proxy.auth.external;

/// A password could not be checked, which says nothing of the password. The message is for the log.
public final class CheckFailed extends Exception {
  private static final long serialVersionUID = 1;

  CheckFailed(String message, Throwable cause) {
    super(message, cause);
  }

  CheckFailed(String message) {
    super(message);
  }
}
