package org.relevo.proxy.agent;

/// An action could not be done; the text is for people.
final class ActionFailure extends Exception {
  private static final long serialVersionUID = 1L;

  ActionFailure(String message) {
    super(message);
  }

  ActionFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
