package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// Nothing could be reached at the address.
public final class UnreachableException extends JmxException {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
