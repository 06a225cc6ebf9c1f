package org.relevo.proxy.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import org.jspecify.annotations.Nullable;

/// Why a handshake failed, in one line: the words of the innermost cause.
final class Reasons {
  private static final int MAX_CHARS = 300;
  private static final int MAX_DEPTH = 20;

  private Reasons() {}

  static String of(@Nullable Throwable failure) {
    Throwable last = failure;
    for (int depth = 0; last != null && last.getCause() != null && depth < MAX_DEPTH; depth++) {
      last = last.getCause();
    }
    return switch (last) {
      case null -> "closed during the handshake";
      case CertificateExpiredException _ -> "the certificate has expired";
      case CertificateNotYetValidException _ -> "the certificate is not valid yet";
      case CertificateRevokedException _ -> "the certificate is revoked";
      case CertPathValidatorException e
          when e.getReason()
              == CertPathValidatorException.BasicReason.UNDETERMINED_REVOCATION_STATUS ->
          "no valid list of revocations for the certificate's authority";
      default -> printable(last);
    };
  }

  /// A peer has a say in some of these texts: no line breaks, bounded.
  private static String printable(Throwable cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    String line = text.replaceAll("\\p{Cntrl}", " ").replace('"', '\'');
    return line.substring(0, Math.min(line.length(), MAX_CHARS));
  }
}
