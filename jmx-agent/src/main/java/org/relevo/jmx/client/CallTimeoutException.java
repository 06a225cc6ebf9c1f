package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// No answer within the deadline. The call may still have had its effect.
public final class CallTimeoutException extends JmxException {
  private static final long serialVersionUID = 1L;

  CallTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
