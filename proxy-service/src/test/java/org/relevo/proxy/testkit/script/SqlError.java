package org.relevo.proxy.testkit.script;

/// An error that a scripted server answers with.
final class SqlError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String state;

  SqlError(String state, String message) {
    super(message, null, false, false);
    this.state = state;
  }

  String state() {
    return state;
  }
}
