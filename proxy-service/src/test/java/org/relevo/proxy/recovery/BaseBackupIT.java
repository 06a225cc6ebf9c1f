package org.relevo.proxy.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.protocol.ServerAddress;
import org.relevo.proxy.testkit.FaultyForwarder;
import org.relevo.proxy.testkit.LabServer;

class BaseBackupIT {
  @TempDir static Path folder;
  static LabServer primary;
  static ServerAccount account;

  @BeforeAll
  static void start() throws IOException, SQLException {
    account = ServerAccount.forNewServers();
    primary = LabServer.primary(folder, "primary", Map.of());
    primary.execute(
        "CREATE TABLE filler AS SELECT g AS id, repeat(md5(g::text), 10) AS body"
            + " FROM generate_series(1, 20000) g");
  }

  @AfterAll
  static void stop() throws IOException {
    primary.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "slot_of_standby"})
  void theCopyStreamsFromItsSourceAndHoldsEveryRow(String slot) throws Exception {
    Optional<String> slotName = Optional.of(slot).filter(name -> !name.isEmpty());
    try (LabServer standby = LabServer.standby(folder, "standby" + slot, primary, slotName)) {
      assertThat(standby.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
      primary.execute("CREATE TABLE after_copy" + slot + " AS SELECT 42 AS answer");
      standby.await("SELECT status FROM pg_stat_wal_receiver", "streaming");
      standby.await("SELECT to_regclass('after_copy" + slot + "') IS NOT NULL", "t");
      assertThat(standby.ask("SELECT count(*), max(md5(body)) FROM filler"))
          .isEqualTo(primary.ask("SELECT count(*), max(md5(body)) FROM filler"));
      assertThat(standby.ask("SHOW data_checksums")).isEqualTo("on");
      assertThat(standby.ask("SELECT count(*) FROM pg_stat_database WHERE checksum_failures > 0"))
          .isEqualTo("0");
      assertThat(Files.getPosixFilePermissions(standby.data().resolve("relevo.passfile")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.getPosixFilePermissions(standby.data()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
    if (!slot.isEmpty()) {
      primary.execute("SELECT pg_drop_replication_slot('" + slot + "')");
    }
  }

  @Test
  void progressReachesTheTotalAndTheResultNamesPositions() throws IOException, SQLException {
    AtomicLong last = new AtomicLong();
    AtomicLong total = new AtomicLong();
    BaseBackupResult result =
        BaseBackup.run(
            new BaseBackupRequest(
                primary.address(),
                folder.resolve("progress"),
                account,
                Optional.empty(),
                0,
                true,
                (bytes, of) -> {
                  assertThat(bytes).isGreaterThanOrEqualTo(last.get());
                  last.set(bytes);
                  total.set(of);
                }));
    assertThat(last.get()).isEqualTo(total.get()).isGreaterThan(result.bytes());
    assertThat(result.end()).isGreaterThan(result.start());
    assertThat(result.timeline()).isEqualTo(1);
    assertThat(result.systemIdentifier())
        .isEqualTo(primary.ask("SELECT system_identifier FROM pg_control_system()"));
    assertThat(primary.ask("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  /// Offsets in the log-in answer, in an archive header, in a file's bytes, near the manifest.
  @ParameterizedTest
  @ValueSource(longs = {20, 3_000, 100_000, 5_000_000, 20_000_000})
  void aFlippedByteLeavesNothingBehind(long offset) throws IOException {
    Path target = folder.resolve("flip" + offset);
    try (FaultyForwarder forwarder = new FaultyForwarder(primary.port())) {
      forwarder.flipAt(offset);
      assertThatThrownBy(() -> BaseBackup.run(through(forwarder, target, Optional.empty())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(target.toString())
          .hasMessageContaining("127.0.0.1:" + forwarder.port())
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
    assertNothingLeft("flip" + offset);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 300, 60_000, 10_000_000})
  void aCutStreamLeavesNothingBehind(long offset) throws IOException, SQLException {
    Path target = folder.resolve("cut" + offset);
    try (FaultyForwarder forwarder = new FaultyForwarder(primary.port())) {
      forwarder.cutAt(offset);
      assertThatThrownBy(() -> BaseBackup.run(through(forwarder, target, Optional.empty())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(target.toString());
    }
    assertNothingLeft("cut" + offset);
  }

  @Test
  void aTargetWithContentIsRefusedAndKept() throws IOException {
    Path target = Files.createDirectory(folder.resolve("full"));
    Files.writeString(target.resolve("precious"), "data");
    assertThatThrownBy(
            () -> BaseBackup.run(BaseBackupRequest.of(primary.address(), target, account)))
        .hasMessageContaining("not empty")
        .hasMessageContaining(target.toString());
    assertThat(target.resolve("precious")).hasContent("data");
  }

  @Test
  void aWrongPasswordIsSaidInTheServersWords() {
    ServerAddress wrong =
        ServerAddress.of("127.0.0.1", primary.port(), LabServer.USER, () -> "wrong");
    assertThatThrownBy(
            () -> BaseBackup.run(BaseBackupRequest.of(wrong, folder.resolve("x"), account)))
        .hasMessageContaining("password authentication failed")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong\""));
    assertNothingLeft("x");
  }

  @Test
  void tablespacesGoToFoldersOfTheirOwn() throws IOException, SQLException {
    Path space = Files.createDirectory(folder.resolve("space"));
    Path other = Files.createDirectory(folder.resolve("other"));
    account.own(space);
    account.own(other);
    primary.execute("CREATE TABLESPACE far LOCATION '" + space + "'");
    primary.execute("CREATE TABLESPACE near LOCATION '" + other + "'");
    primary.execute("CREATE TABLE far_t TABLESPACE far AS SELECT generate_series(1, 9000) AS n");
    primary.execute("CREATE TABLE near_t TABLESPACE near AS SELECT generate_series(1, 70) AS n");
    Path target = folder.resolve("ts");
    Path moved = folder.resolve("moved");
    try {
      for (boolean compressed : new boolean[] {false, true}) {
        BaseBackup.run(
            new BaseBackupRequest(
                primary.address(),
                target,
                account,
                Optional.empty(),
                new CopyOptions(0, compressed, Map.of(other.toString(), moved.toString())),
                false,
                BackupProgress.NONE));
        PgCtl copy = new PgCtl(LabServer.binaries(), target, account);
        Files.writeString(
            target.resolve("postgresql.auto.conf"),
            "port = " + NewCluster.freePort() + "\n",
            java.nio.file.StandardOpenOption.APPEND);
        copy.start(space.resolve("ts.log"), LabServer.LIMIT);
        copy.stop(PgCtl.StopMode.FAST, LabServer.LIMIT);
        try (Stream<Path> links = Files.list(target.resolve("pg_tblspc"))) {
          assertThat(links.map(BaseBackupIT::targetOf))
              .hasSize(2)
              .doesNotContain(space, other)
              .anySatisfy(each -> assertThat(each.toString()).startsWith(space + ".relevo-"))
              .anySatisfy(each -> assertThat(each).isEqualTo(moved));
        }
        try (Stream<Path> files = Files.walk(moved)) {
          assertThat(files).noneMatch(file -> file.endsWith("relevo.partial"));
        }
        FileTrees.delete(target);
        FileTrees.delete(moved);
      }
    } finally {
      primary.execute("DROP TABLE far_t");
      primary.execute("DROP TABLE near_t");
      primary.execute("DROP TABLESPACE far");
      primary.execute("DROP TABLESPACE near");
    }
  }

  private static Path targetOf(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static BaseBackupRequest through(
      FaultyForwarder forwarder, Path target, Optional<String> slot) {
    return new BaseBackupRequest(
        ServerAddress.of("127.0.0.1", forwarder.port(), LabServer.USER, () -> LabServer.PASSWORD),
        target,
        account,
        slot,
        0,
        false,
        BackupProgress.NONE);
  }

  private static void assertNothingLeft(String prefix) {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()).toList())
          .noneMatch(name -> name.equals(prefix) || name.startsWith(prefix + "."));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
