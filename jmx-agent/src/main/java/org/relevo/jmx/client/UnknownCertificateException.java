package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// The service showed another certificate than the trusted one, or none was trusted yet. No
/// password was sent.
public final class UnknownCertificateException extends JmxException {
  private static final long serialVersionUID = 1L;

  private final String fingerprint;
  private final String subject;
  private final boolean differs;

  UnknownCertificateException(
      String message,
      String fingerprint,
      String subject,
      boolean differs,
      @Nullable Throwable cause) {
    super(message, cause);
    this.fingerprint = fingerprint;
    this.subject = subject;
    this.differs = differs;
  }

  /// SHA-256 of what the service showed, 64 hexadecimal digits, for [Trust.Fingerprint].
  public String fingerprint() {
    return fingerprint;
  }

  public String subject() {
    return subject;
  }

  /// Whether another certificate was trusted: much more alarming than the first meeting.
  public boolean differs() {
    return differs;
  }
}
