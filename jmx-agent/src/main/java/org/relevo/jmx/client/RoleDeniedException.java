package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// The user's role does not allow the call.
public final class RoleDeniedException extends JmxException {
  private static final long serialVersionUID = 1L;

  RoleDeniedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
