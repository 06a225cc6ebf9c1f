package org.relevo.app.remote;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.relevo.jmx.client.AuthenticationFailedException;
import org.relevo.jmx.client.CallTimeoutException;
import org.relevo.jmx.client.ConnectionLostException;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.JmxException;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.MissingMBeanException;
import org.relevo.jmx.client.NotTlsException;
import org.relevo.jmx.client.RoleDeniedException;
import org.relevo.jmx.client.Trust;
import org.relevo.jmx.client.UnknownCertificateException;
import org.relevo.jmx.client.UnreachableException;
import org.relevo.jmx.contract.Role;

/// Connects over JMX with TLS, directly or through an SSH tunnel.
///
/// Owner: immutable; connecting blocks.
public final class JmxServiceConnector implements ServiceConnector {
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(20);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(15);

  private final SshTunnels tunnels;

  /// @param knownHosts our own list of SSH servers and their keys
  public JmxServiceConnector(Path knownHosts) {
    tunnels = new SshTunnels(knownHosts);
  }

  @Override
  public ServiceConnection connect(ConnectRequest request) throws ConnectFailure {
    Endpoint endpoint = Endpoint.direct(request.host(), request.port(), trustOf(request));
    Optional<SshTunnels.OpenTunnel> tunnel = Optional.empty();
    if (request.tunnel().isPresent()) {
      SshTunnels.OpenTunnel open =
          tunnels.open(request.tunnel().get(), request.host(), request.port());
      tunnel = Optional.of(open);
      endpoint = endpoint.through(open.localEnd());
    }
    boolean done = false;
    try {
      JmxConnection connection =
          JmxConnection.open(
              endpoint, new Login(request.user(), request.password()), OPEN_LIMIT, CALL_LIMIT);
      JmxServiceConnection opened =
          new JmxServiceConnection(connection, request, tunnel, roleOf(connection));
      done = true;
      return opened;
    } catch (JmxException e) {
      throw failureOf(request, e);
    } finally {
      if (!done) {
        tunnel.ifPresent(SshTunnels.OpenTunnel::close);
      }
    }
  }

  private static Trust trustOf(ConnectRequest request) throws ConnectFailure {
    if (request.pin().isPresent()) {
      return new Trust.Fingerprint(request.pin().get());
    }
    if (request.certificate().isPresent()) {
      Path file = request.certificate().get();
      try {
        return Trust.pem(file);
      } catch (IOException e) {
        throw new ConnectFailure(ConnectFailure.Kind.BAD_FILE, file.toString(), detailOf(e), "", e);
      }
    }
    return new Trust.Nothing();
  }

  /// The caller's text ends with the role in brackets, such as `admin (ADMIN)`.
  private static Role roleOf(JmxConnection connection) {
    String caller = connection.cluster().getCaller();
    for (Role role : Role.values()) {
      if (caller.endsWith("(" + role.name() + ")")) {
        return role;
      }
    }
    return Role.MONITOR;
  }

  private static ConnectFailure failureOf(ConnectRequest request, JmxException e) {
    String place = request.address();
    return switch (e) {
      case UnknownCertificateException unknown ->
          new ConnectFailure(
              unknown.differs()
                  ? ConnectFailure.Kind.CHANGED_CERTIFICATE
                  : ConnectFailure.Kind.UNKNOWN_CERTIFICATE,
              place,
              detailOf(e),
              unknown.fingerprint(),
              e);
      case UnreachableException _ -> failure(ConnectFailure.Kind.REFUSED, place, e);
      case NotTlsException _ -> failure(ConnectFailure.Kind.NOT_A_SERVICE, place, e);
      case MissingMBeanException _ -> failure(ConnectFailure.Kind.NOT_A_SERVICE, place, e);
      case AuthenticationFailedException _ ->
          failure(ConnectFailure.Kind.WRONG_CREDENTIALS, place, e);
      case RoleDeniedException _ -> failure(ConnectFailure.Kind.WRONG_CREDENTIALS, place, e);
      case CallTimeoutException _ -> failure(ConnectFailure.Kind.TIMEOUT, place, e);
      case ConnectionLostException _ -> failure(ConnectFailure.Kind.OTHER, place, e);
    };
  }

  private static ConnectFailure failure(ConnectFailure.Kind kind, String place, JmxException e) {
    return new ConnectFailure(kind, place, detailOf(e), "", e);
  }

  private static String detailOf(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
