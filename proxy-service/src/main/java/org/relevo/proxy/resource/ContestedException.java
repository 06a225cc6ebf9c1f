package org.relevo.proxy.resource;

import java.io.IOException;

/// Another machine has the address. That is no failure of this one, and moving would not help.
final class ContestedException extends IOException {
  private static final long serialVersionUID = 1;

  ContestedException(String message) {
    super(message);
  }
}
