package org.relevo.jmx.pgctl;

import java.nio.charset.Charset;

/// What child processes speak.
final class Platform {
  static final Charset CHARSET = Charset.defaultCharset();

  private Platform() {}
}
