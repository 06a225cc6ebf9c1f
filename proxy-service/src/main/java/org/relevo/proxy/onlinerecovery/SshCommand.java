package org.relevo.proxy.onlinerecovery;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.Session;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.relevo.proxy.agent.Commands;

/// One command on another machine. Its host key must be known; nobody is asked anything.
final class SshCommand {
  private static final int CONNECT_MS = 10_000;
  private static final int MOST_OUTPUT = 64 << 10;
  private static final long LOOK_MS = 50;

  private SshCommand() {}

  /// @param input for the command
  /// @return the `key=value` lines that it wrote
  /// @throws RecoveryFailure with its own words when it failed
  static Map<String, String> run(
      RecoveryContext.Ssh ssh, String host, String command, String input, Duration limit)
      throws IOException, RecoveryFailure, InterruptedException {
    String where = "%s@%s:%d".formatted(ssh.user(), host, ssh.port());
    try {
      Session session = session(ssh, host);
      try {
        session.connect(CONNECT_MS);
        return exec(session, where, command, input, limit);
      } finally {
        session.disconnect();
      }
    } catch (JSchException | AgentProxyException e) {
      throw new RecoveryFailure(
          "no SSH to %s: %s%s"
              .formatted(
                  where,
                  Commands.oneLine(e),
                  String.valueOf(e.getMessage()).contains("HostKey")
                      ? " (its key must be in " + ssh.knownHosts() + ")"
                      : ""),
          e);
    }
  }

  private static Session session(RecoveryContext.Ssh ssh, String host)
      throws JSchException, AgentProxyException, RecoveryFailure {
    JSch jsch = new JSch();
    if (!Files.isReadable(ssh.knownHosts())) {
      throw new RecoveryFailure(
          "there are no known hosts in %s, so %s cannot be told from another"
              .formatted(ssh.knownHosts(), host));
    }
    jsch.setKnownHosts(ssh.knownHosts().toString());
    if (ssh.key().isPresent()) {
      jsch.addIdentity(ssh.key().get().toString());
    } else {
      jsch.setIdentityRepository(new AgentIdentityRepository(new SSHAgentConnector()));
    }
    Session session = jsch.getSession(ssh.user(), host, ssh.port());
    session.setConfig("StrictHostKeyChecking", "yes");
    session.setConfig("PreferredAuthentications", "publickey");
    session.setServerAliveInterval(CONNECT_MS);
    return session;
  }

  private static Map<String, String> exec(
      Session session, String where, String command, String input, Duration limit)
      throws JSchException, IOException, RecoveryFailure, InterruptedException {
    ChannelExec channel = (ChannelExec) session.openChannel("exec");
    Tail output = new Tail();
    Tail errors = new Tail();
    channel.setCommand(command);
    channel.setInputStream(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    channel.setOutputStream(output);
    channel.setErrStream(errors);
    try {
      channel.connect(CONNECT_MS);
      long deadlineNs = System.nanoTime() + limit.toNanos();
      while (!channel.isClosed()) {
        if (!session.isConnected()) {
          throw new RecoveryFailure("the connection to " + where + " was lost");
        }
        if (System.nanoTime() - deadlineNs >= 0) {
          throw new RecoveryFailure(
              "%s did not end within %d s".formatted(where, limit.toSeconds()));
        }
        Thread.sleep(LOOK_MS);
      }
      if (channel.getExitStatus() != 0) {
        throw new RecoveryFailure(
            "on %s, exit code %d: %s"
                .formatted(where, channel.getExitStatus(), Commands.oneLine(errors.text())));
      }
      return values(output.text());
    } finally {
      channel.disconnect();
    }
  }

  private static Map<String, String> values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    text.lines()
        .forEach(line -> {
          int sign = line.indexOf('=');
          if (sign > 0) {
            values.put(line.substring(0, sign), line.substring(sign + 1));
          }
        });
    return values;
  }

  /// The last of what is written.
  private static final class Tail extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (kept.size() + length > MOST_OUTPUT) {
        kept.reset();
      }
      kept.write(bytes, offset, Math.min(length, MOST_OUTPUT));
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
