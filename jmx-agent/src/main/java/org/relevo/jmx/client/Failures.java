package org.relevo.jmx.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.rmi.NotBoundException;
import javax.management.InstanceNotFoundException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Turns what RMI, TLS and JMX throw into this package's closed list.
final class Failures {
  private static final int MAX_CAUSES = 20;

  private Failures() {}

  static JmxException whileConnecting(Endpoint endpoint, Login login, Exception thrown) {
    String address = endpoint.text();
    if (thrown instanceof JmxException known) {
      return known;
    }
    if (thrown instanceof SecurityException) {
      return new AuthenticationFailedException(
          address + " refused user \"" + login.user() + "\": " + thrown.getMessage(), thrown);
    }
    PinnedTrustManager.PinMismatch shown = find(thrown, PinnedTrustManager.PinMismatch.class);
    if (shown != null) {
      return new UnknownCertificateException(
          shown.differs
              ? address + " shows another certificate than the trusted one: " + shown.fingerprint
              : address + " shows a certificate that is not trusted yet: " + shown.fingerprint,
          shown.fingerprint,
          shown.subject,
          shown.differs,
          thrown);
    }
    if (find(thrown, UnknownHostException.class) != null) {
      return new UnreachableException("there is no host named " + endpoint.host(), thrown);
    }
    if (find(thrown, ConnectException.class) != null
        || find(thrown, NoRouteToHostException.class) != null) {
      return new UnreachableException(
          "nothing answers at " + address + ": is the service running?", thrown);
    }
    if (find(thrown, SocketTimeoutException.class) != null) {
      return new CallTimeoutException("no answer from " + address, thrown);
    }
    if (find(thrown, SSLException.class) != null
        || find(thrown, EOFException.class) != null
        || thrown instanceof NotBoundException) {
      return new NotTlsException(
          address + " is no Relevo management port with TLS 1.3 (" + rootText(thrown) + ")",
          thrown);
    }
    return new UnreachableException(
        "cannot connect to " + address + ": " + rootText(thrown), thrown);
  }

  /// @return what to throw instead
  static RuntimeException whileCalling(String what, Exception thrown) {
    return switch (thrown) {
      case JmxException known -> known;
      case SecurityException denied ->
          new RoleDeniedException(String.valueOf(denied.getMessage()), denied);
      case RuntimeException own -> own;
      case InstanceNotFoundException missing ->
          new MissingMBeanException("the service has no " + missing.getMessage(), missing);
      case IOException lost ->
          new ConnectionLostException("connection lost in " + what + ": " + rootText(lost), lost);
      default ->
          new IllegalStateException(
              "the service failed in " + what + ": " + rootText(thrown), thrown);
    };
  }

  private static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
    Throwable at = thrown;
    for (int i = 0; at != null && i < MAX_CAUSES; i++, at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }

  private static String rootText(Throwable thrown) {
    Throwable at = thrown;
    for (int i = 0; at.getCause() != null && i < MAX_CAUSES; i++) {
      at = at.getCause();
    }
    String text = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    return text.lines().findFirst().orElse(text);
  }
}
