package org.relevo.proxy.consensus;

import java.io.IOException;

/// Bytes that are no command or state of this version: damaged, hostile, or of a newer version.
public final class MalformedBytesException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedBytesException(String message) {
    super(message);
  }

  MalformedBytesException(String message, Throwable cause) {
    super(message, cause);
  }
}
