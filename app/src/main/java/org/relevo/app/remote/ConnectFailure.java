package org.relevo.app.remote;

import org.jspecify.annotations.Nullable;

/// Why a connection could not be opened; the kind selects the sentence shown to the person.
public final class ConnectFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /// The closed list of reasons.
  public enum Kind {
    UNKNOWN_HOST,
    REFUSED,
    TIMEOUT,
    /// The service's certificate is not trusted yet; [ConnectFailure#fingerprint] names it.
    UNKNOWN_CERTIFICATE,
    /// The certificate differs from the one that was accepted before.
    CHANGED_CERTIFICATE,
    NOT_A_SERVICE,
    WRONG_CREDENTIALS,
    BAD_FILE,
    SSH_UNREACHABLE,
    SSH_AUTHENTICATION,
    /// The SSH server's key is not known yet; [ConnectFailure#fingerprint] names it.
    SSH_UNKNOWN_HOST_KEY,
    SSH_CHANGED_HOST_KEY,
    OTHER
  }

  private final Kind kind;
  private final String place;
  private final String fingerprint;

  public ConnectFailure(
      Kind kind, String place, String detail, String fingerprint, @Nullable Throwable cause) {
    super(detail, cause);
    this.kind = kind;
    this.place = place;
    this.fingerprint = fingerprint;
  }

  public Kind kind() {
    return kind;
  }

  /// Whether trying again with the same helps nothing: a person has to log in or to look first.
  public boolean needsPerson() {
    return switch (kind) {
      case WRONG_CREDENTIALS,
          UNKNOWN_CERTIFICATE,
          CHANGED_CERTIFICATE,
          BAD_FILE,
          SSH_AUTHENTICATION,
          SSH_UNKNOWN_HOST_KEY,
          SSH_CHANGED_HOST_KEY ->
          true;
      case UNKNOWN_HOST, REFUSED, TIMEOUT, NOT_A_SERVICE, SSH_UNREACHABLE, OTHER -> false;
    };
  }

  /// Address or file that the failure is about.
  public String place() {
    return place;
  }

  /// Text of the layer below, for the details.
  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /// Of an unknown or changed key, else "".
  public String fingerprint() {
    return fingerprint;
  }
}
