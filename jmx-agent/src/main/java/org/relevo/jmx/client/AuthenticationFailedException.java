package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// User or password are wrong, or the service does not take log-ins now.
public final class AuthenticationFailedException extends JmxException {
  private static final long serialVersionUID = 1L;

  AuthenticationFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
