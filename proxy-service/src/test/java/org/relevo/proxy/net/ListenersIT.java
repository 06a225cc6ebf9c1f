package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.console.ConsoleAccess;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.testkit.TestAccess;

/// Sockets of the service: Unix-domain ones, and clients that do not say who they are.
@Timeout(120)
class ListenersIT {
  private static final Path PSQL =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"))
          .resolve("psql");

  @TempDir static Path folder;
  private static RealServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  private static ProxyServer start(int port, UnixSockets unix, int strangers) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    return ProxyServer.start(
        new ProxyServerSettings(
            List.of("127.0.0.1"),
            port,
            unix,
            64,
            1,
            new SessionSettings(
                50,
                wait,
                wait,
                wait,
                false,
                0,
                new ConsoleAccess(Set.of(), Set.of()),
                strangers,
                false),
            (_, _) -> TestAccess.pools(PoolMode.TRANSACTION, 5),
            LimitSettings.NONE),
        new FixedViews(server.port()),
        TestAccess.of(server.port()));
  }

  private static UnixSockets in(Path directory, int permissions) {
    return new UnixSockets(List.of(directory), permissions, Optional.empty());
  }

  @Test
  void psqlConnectsThroughTheSocketFileWhichIsGoneAfterwards() throws Exception {
    assumeTrue(Files.isExecutable(PSQL), "no psql at " + PSQL);
    Path directory = Files.createDirectory(folder.resolve("psql"));
    Path file;
    Path lock;
    try (ProxyServer proxy = start(0, in(directory, 0770), 50)) {
      int port = proxy.address().getPort();
      file = directory.resolve(".s.PGSQL." + port);
      lock = directory.resolve(".s.PGSQL." + port + ".lock");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rwxrwx---");
      assertThat(Files.readAllLines(lock))
          .hasSize(5)
          .startsWith(String.valueOf(ProcessHandle.current().pid()))
          .contains(String.valueOf(port), directory.toString());
      ProcessBuilder builder =
          new ProcessBuilder(
              PSQL.toString(), "-XAt", "-h", directory.toString(), "-c", "SELECT 'by file'");
      builder
          .environment()
          .putAll(
              Map.of(
                  "PGPORT", String.valueOf(port),
                  "PGUSER", "app",
                  "PGDATABASE", "postgres",
                  "PGPASSWORD", "app"));
      Path log = folder.resolve("psql.log");
      Process psql = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      assertThat(psql.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(log, StandardCharsets.UTF_8)).isEqualTo("by file\n");
    }
    assertThat(file).doesNotExist();
    assertThat(lock).doesNotExist();
  }

  @Test
  void whatIsLeftBehindIsReplacedAndWhatIsServedIsNot() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("stale"));
    int port = NewCluster.freePort();
    Path file = directory.resolve(".s.PGSQL." + port);
    Path lock = directory.resolve(".s.PGSQL." + port + ".lock");
    UnixSockets unix = in(directory, 0777);
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(file));
      assertThatThrownBy(() -> start(port, unix, 50).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("somebody answers there");
      assertThat(file).exists();
    }
    // The file outlives its socket; its lock names a process that is gone.
    Process gone = new ProcessBuilder("true").start();
    assertThat(gone.waitFor(10, TimeUnit.SECONDS)).isTrue();
    Files.writeString(lock, gone.pid() + "\n");
    try (ProxyServer proxy = start(port, unix, 50)) {
      assertThat(proxy.address().getPort()).isEqualTo(port);
      assertThat(Files.readAllLines(lock)).startsWith("" + ProcessHandle.current().pid());
    }
    Process alive = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(lock, alive.pid() + "\n");
      assertThatThrownBy(() -> start(port, unix, 50).close())
          .hasMessageContaining("belongs to process " + alive.pid());
      assertThat(lock).exists();
    } finally {
      alive.destroyForcibly();
    }
  }

  @Test
  void wrongGroupsAndDirectoriesAreNamed() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("group"));
    UnixSockets group = new UnixSockets(List.of(directory), 0777, Optional.of("no such group"));
    assertThatThrownBy(() -> start(0, group, 50).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unix_socket_group");
    assertThat(directory).isEmptyDirectory();
    assertThatThrownBy(() -> start(0, in(folder.resolve("nowhere"), 0777), 50).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no directory");
  }

  @Test
  void theNewestOfTooManyStrangersIsRefusedAndKnownClientsDoNotCount() throws Exception {
    try (ProxyServer proxy = start(0, UnixSockets.NONE, 2)) {
      int port = proxy.address().getPort();
      try (ScriptedClient known = ScriptedClient.login(port);
          ScriptedClient other = ScriptedClient.login(port);
          ScriptedClient silent = ScriptedClient.connect(port)) {
        try (ScriptedClient alsoSilent = ScriptedClient.connect(port);
            ScriptedClient third = ScriptedClient.connect(port)) {
          ScriptedClient.Message refusal = third.read();
          assertThat(refusal.tag()).isEqualTo('E');
          assertThat(refusal.body()).contains("C53300").contains("max_unauthenticated_clients");
          assertThat(third.atEnd()).isTrue();
          assertThat(alsoSilent.hasInput()).isFalse();
        }
        Await.until("room", () -> logsIn(port));
        assertThat(known.query("SELECT 1").readUntil('Z')).isEqualTo("TDCZ");
        assertThat(other.query("SELECT 1").readUntil('Z')).isEqualTo("TDCZ");
        assertThat(silent.hasInput()).isFalse();
      }
    }
  }

  private static boolean logsIn(int port) {
    try (ScriptedClient client = ScriptedClient.login(port)) {
      return client.query("SELECT 1").readUntil('Z').endsWith("Z");
    } catch (IOException _) {
      return false; // refused: the other has not been seen to leave yet
    }
  }
}
