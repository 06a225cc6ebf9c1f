package org.relevo.proxy.onlinerecovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.CopyOptions;
import org.relevo.proxy.testkit.Await;

/// A node on a machine without a service, by a real SSH server on loopback and PostgreSQL's own
/// programs, where the system has them.
@Timeout(180)
class SshTargetIT {
  private static final Path SYSTEM = Path.of("/usr/lib/postgresql/15/bin");

  /// Not an address of this machine as far as the service can tell; SSH and PostgreSQL take it.
  private static final String ELSEWHERE = "0.0.0.0";

  @TempDir Path folder;

  @Test
  void aNodeIsCopiedCancelledAndRefusedWhenItsKeyIsUnknown() throws Exception {
    assumeTrue(Files.isExecutable(SYSTEM.resolve("pg_basebackup")), "no system PostgreSQL 15");
    Path key = key("key");
    try (SshServer server = server(key);
        RecoveryLab lab = new RecoveryLab(folder, PgBinaries.in(SYSTEM))) {
      Path known = folder.resolve("known_hosts");
      Files.writeString(known, "");
      lab.lostHost = ELSEWHERE;
      lab.ssh =
          new RecoveryContext.Ssh(
              "postgres", server.getPort(), Optional.of(key), known, Optional.of(SYSTEM));
      assertThatThrownBy(() -> lab.recoveries.recover(1, "auto", ""))
          .hasMessageContaining("no SSH to postgres@0.0.0.0")
          .hasMessageContaining("its key must be in " + known);
      Files.writeString(known, known(server));
      Path other = key("other");
      lab.ssh =
          new RecoveryContext.Ssh(
              "postgres", server.getPort(), Optional.of(other), known, Optional.of(SYSTEM));
      assertThatThrownBy(() -> lab.recoveries.recover(1, "auto", ""))
          .hasMessageContaining("no SSH to postgres@0.0.0.0")
          .hasMessageContaining("Auth");
      lab.ssh =
          new RecoveryContext.Ssh(
              "postgres", server.getPort(), Optional.of(key), known, Optional.of(SYSTEM));
      lab.main.execute("CREATE TABLE t AS SELECT generate_series(1, 100) AS n");

      lab.copy = CopyOptions.limited(1024);
      String slow = lab.recoveries.recover(1, "auto", "");
      Await.until("it copies", () -> lab.recoveries.recovery(slow).bytes() > 1 << 20);
      lab.recoveries.cancel(slow);
      assertThat(lab.ended(slow).state()).isEqualTo(RecoveryState.CANCELLED);
      Await.until("what the copy left is removed", () -> names(lab.home).isEmpty());

      lab.copy = CopyOptions.USUAL;
      RecoveryStatus done = lab.ended(lab.recoveries.recover(1, "auto", ""));
      assertThat(done.state()).as(done.outcome() + lab.events).isEqualTo(RecoveryState.SUCCEEDED);
      assertThat(done.way()).isEqualTo("ssh");
      assertThat(done.steps().get(1).detail()).isEqualTo("copied");
      assertThat(names(lab.home)).containsExactlyInAnyOrder("data", "server.log");

      // It wrote on its own since: its history has left the main node's, and it is rewound.
      lab.served.detach(RecoveryLab.LOST, "", "");
      lab.lost().stop(PgCtl.StopMode.FAST, Duration.ofSeconds(60));
      RecoveryStatus again = lab.ended(lab.recoveries.recover(1, "auto", ""));
      assertThat(again.state()).as(again.outcome()).isEqualTo(RecoveryState.SUCCEEDED);
      assertThat(again.steps().get(1).detail()).isEqualTo("rewound");
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private Path key(String name) throws JSchException, IOException {
    KeyPair pair = KeyPair.genKeyPair(new JSch(), KeyPair.ECDSA, 256);
    Path file = folder.resolve(name);
    pair.writePrivateKey(file.toString());
    pair.writePublicKey(file + ".pub", "test");
    return file;
  }

  private SshServer server(Path key) throws Exception {
    AuthorizedKeyEntry allowed =
        AuthorizedKeyEntry.parseAuthorizedKeyEntry(Files.readString(Path.of(key + ".pub")).strip());
    var publicKey = allowed.resolvePublicKey(null, Map.of(), null);
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    SimpleGeneratorHostKeyProvider keys =
        new SimpleGeneratorHostKeyProvider(folder.resolve("host-key"));
    keys.setAlgorithm(KeyUtils.EC_ALGORITHM);
    server.setKeyPairProvider(keys);
    server.setPublickeyAuthenticator((_, given, _) -> KeyUtils.compareKeys(given, publicKey));
    // As sshd does: the command runs in a shell of the account.
    server.setCommandFactory((_, command) -> {
      String quoted = "'" + command.replace("'", "'\\''") + "'";
      List<String> words = ServerAccount.forNewServers().command(List.of("/bin/sh", "-c", quoted));
      // It hands the text, not the words, to a shell.
      return new ProcessShellFactory(String.join(" ", words), words.toArray(String[]::new))
          .createShell(null);
    });
    server.start();
    return server;
  }

  private static String known(SshServer server) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (java.security.KeyPair pair : server.getKeyPairProvider().loadKeys(null)) {
      lines
          .append("[0.0.0.0]:")
          .append(server.getPort())
          .append(' ')
          .append(PublicKeyEntry.toString(pair.getPublic()))
          .append('\n');
    }
    return lines.toString();
  }
}
