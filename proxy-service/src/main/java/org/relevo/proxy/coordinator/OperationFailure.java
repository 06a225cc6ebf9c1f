package org.relevo.proxy.coordinator;

/// A step did not do what it should; the message is one sentence for people.
final class OperationFailure extends Exception {
  private static final long serialVersionUID = 1L;

  OperationFailure(String message) {
    super(message);
  }

  OperationFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
