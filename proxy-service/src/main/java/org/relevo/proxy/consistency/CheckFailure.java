package org.relevo.proxy.consistency;

/// Why there is no common point to compare at; the message is for people.
final class CheckFailure extends Exception {
  private static final long serialVersionUID = 1;

  CheckFailure(String message) {
    super(message);
  }

  CheckFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
