package org.relevo.app.remote;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.relevo.app.remote.ConnectRequest.SshTunnel;
import org.relevo.app.settings.PrivateFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens SSH connections with one forwarded port each. A server's key is checked against our own
/// list; an unknown one is refused with its fingerprint, so that a person can compare and accept it
/// (trust on first use). A changed key is never accepted here.
///
/// Owner: any thread; opening blocks.
final class SshTunnels {
  /// An open tunnel; connections to its local end come out at the service.
  record OpenTunnel(Session session, InetSocketAddress localEnd) implements AutoCloseable {
    @Override
    public void close() {
      session.disconnect();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SshTunnels.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final int MISSED_KEEP_ALIVES = 3;
  private static final String LOOPBACK = "127.0.0.1";

  private final Path knownHosts;

  SshTunnels(Path knownHosts) {
    this.knownHosts = knownHosts;
  }

  OpenTunnel open(SshTunnel tunnel, String serviceHost, int servicePort) throws ConnectFailure {
    String place = tunnel.host() + ":" + tunnel.port();
    Session session;
    CheckedHostKeys keys;
    try {
      JSch jsch = new JSch();
      PrivateFile.create(knownHosts);
      jsch.setKnownHosts(knownHosts.toString());
      keys = new CheckedHostKeys(jsch.getHostKeyRepository(), tunnel.acceptedHostKey());
      jsch.setHostKeyRepository(keys);
      session = prepare(jsch, tunnel);
    } catch (JSchException | IOException e) {
      String file = tunnel.keyFile().map(Path::toString).orElse(knownHosts.toString());
      throw failure(ConnectFailure.Kind.BAD_FILE, file, e);
    }
    boolean done = false;
    try {
      session.connect((int) CONNECT_LIMIT.toMillis());
      int local = session.setPortForwardingL(LOOPBACK, 0, serviceHost, servicePort);
      LOG.info("tunnel.open server={} localPort={}", place, local);
      done = true;
      return new OpenTunnel(
          session, new InetSocketAddress(InetAddress.getLoopbackAddress(), local));
    } catch (JSchUnknownHostKeyException e) {
      throw new ConnectFailure(
          ConnectFailure.Kind.SSH_UNKNOWN_HOST_KEY, place, textOf(e), keys.shown(), e);
    } catch (JSchHostKeyException e) {
      throw new ConnectFailure(
          ConnectFailure.Kind.SSH_CHANGED_HOST_KEY, place, textOf(e), keys.shown(), e);
    } catch (JSchException e) {
      throw failure(kindOf(e), place, e);
    } finally {
      if (!done) {
        session.disconnect();
      }
    }
  }

  private static Session prepare(JSch jsch, SshTunnel tunnel) throws JSchException {
    Optional<Path> key = tunnel.keyFile();
    byte[] secret = tunnel.password().getBytes(StandardCharsets.UTF_8);
    if (key.isPresent()) {
      jsch.addIdentity(key.get().toString(), secret);
    }
    Session session = jsch.getSession(tunnel.user(), tunnel.host(), tunnel.port());
    if (key.isEmpty()) {
      session.setPassword(secret);
    }
    session.setConfig("StrictHostKeyChecking", "yes");
    session.setConfig(
        "PreferredAuthentications",
        key.isPresent() ? "publickey" : "password,keyboard-interactive");
    session.setServerAliveInterval((int) KEEP_ALIVE.toMillis());
    session.setServerAliveCountMax(MISSED_KEEP_ALIVES);
    session.setDaemonThread(true);
    return session;
  }

  /// The library tells a refused password only by its text.
  private static ConnectFailure.Kind kindOf(JSchException e) {
    String text = textOf(e).toLowerCase(Locale.ROOT);
    return text.contains("auth")
        ? ConnectFailure.Kind.SSH_AUTHENTICATION
        : ConnectFailure.Kind.SSH_UNREACHABLE;
  }

  private static ConnectFailure failure(ConnectFailure.Kind kind, String place, Exception e) {
    return new ConnectFailure(kind, place, textOf(e), "", e);
  }

  private static String textOf(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
