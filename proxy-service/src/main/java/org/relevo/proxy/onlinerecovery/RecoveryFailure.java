package org.relevo.proxy.onlinerecovery;

/// Why a recovery cannot be done or go on, in one sentence for people.
public final class RecoveryFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public RecoveryFailure(String message) {
    super(message);
  }

  public RecoveryFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
