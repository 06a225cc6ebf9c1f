package org.relevo.proxy.resource;

import java.io.IOException;

/// The lease is over, or too near to its end to begin anything: no failure of the resource.
final class LapsedException extends IOException {
  private static final long serialVersionUID = 1;

  LapsedException(String message) {
    super(message);
  }
}
