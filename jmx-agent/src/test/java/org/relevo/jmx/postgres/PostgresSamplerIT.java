package org.relevo.jmx.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;

class PostgresSamplerIT {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  @TempDir static Path folder;
  private static PgServer primary;
  private static PgServer standby;

  @BeforeAll
  static void startServers() throws IOException, SQLException {
    primary = PgServer.start(folder, "primary", Map.of());
    standby = primary.startStandby(folder, "standby");
    primary.execute("CREATE TABLE load(id int PRIMARY KEY, text text)");
  }

  @AfterAll
  static void stopServers() throws IOException {
    standby.close();
    primary.close();
  }

  @Test
  void ratesAddUpToWhatWasDone() throws SQLException {
    try (PostgresSampler sampler = sampler(primary)) {
      assertThat(sampler.getLast().sequence()).isEqualTo(-1);
      load(primary, sampler);
      assertThat(primary.number(MONITORS)).isEqualTo(1);
      assertThat(sampler.getLast().replayLagBytes()).isZero();
      assertThat(sampler.getLast().backends()).isPositive();
    }
    await(() -> count(primary, MONITORS) == 0);
  }

  @Test
  void anOlderVersionIsSampledWithItsOwnViews() throws IOException, SQLException {
    Path bin = DEBIAN.resolve("15/bin");
    assumeTrue(Files.isDirectory(bin), "PostgreSQL 15 is not installed");
    try (PgServer old = PgServer.start(PgBinaries.in(bin), folder, "old", Map.of());
        PostgresSampler sampler = sampler(old)) {
      old.execute("CREATE TABLE load(id int PRIMARY KEY, text text)");
      load(old, sampler);
      try (PgServer oldStandby = old.startStandby(folder, "old-standby");
          PostgresSampler standbySampler = sampler(oldStandby)) {
        await(() -> standbySampler.getLast().replayLagBytes() >= 0);
      }
    }
  }

  @Test
  void aStandbyTellsItsReceivedWalAndLag() throws SQLException {
    try (PostgresSampler sampler = sampler(standby)) {
      await(() -> sampler.getLast().sequence() >= 1);
      standby.execute("SELECT pg_wal_replay_pause()");
      try {
        primary.execute(
            "CREATE TABLE IF NOT EXISTS bulk(id int)",
            "INSERT INTO bulk SELECT generate_series(1, 20000)");
        await(() -> sampler.getLast().replayLagBytes() > 500_000);
        assertThat(sum(sampler, PostgresSample::walBytesPerSecond)).isGreaterThan(500_000);
      } finally {
        standby.execute("SELECT pg_wal_replay_resume()");
      }
      await(() -> sampler.getLast().replayLagBytes() == 0);
    }
  }

  @Test
  void aResetIsUnknownAndNeverNegative() throws SQLException {
    try (PostgresSampler sampler = sampler(primary)) {
      await(() -> sampler.getLast().sequence() >= 2);
      primary.execute("SELECT pg_stat_reset()", "SELECT pg_stat_reset_shared()");
      await(() -> sampler.samplesSince(0).stream().anyMatch(PostgresSamplerIT::tellsUnknown));
      long reset = sampler.getLast().sequence();
      await(() -> sampler.getLast().sequence() > reset + 1);
      assertThat(sampler.getLast().commitsPerSecond()).isNotNegative();
      assertThat(sampler.samplesSince(0)).allSatisfy(PostgresSamplerIT::nothingIsBelowMinusOne);
    }
  }

  @Test
  void aStoppedServerIsAProblemUntilItIsBack() throws IOException {
    try (PostgresSampler sampler = sampler(primary)) {
      await(() -> sampler.getProblem().isEmpty() && sampler.getLast().sequence() >= 1);
      primary.stop(PgCtl.StopMode.FAST);
      await(() -> sampler.getProblem().contains("SQLSTATE 08001"));
      assertThat(sampler.getProblem()).contains("127.0.0.1:" + primary.port()).doesNotContain("\n");
      long last = sampler.getLast().sequence();
      assertThat(last).isPositive();
      primary.start();
      await(() -> sampler.getProblem().isEmpty());
      await(() -> sampler.getLast().sequence() > last);
      assertThat(sampler.samplesSince(last)).allSatisfy(PostgresSamplerIT::nothingIsBelowMinusOne);
    }
  }

  @Test
  void aWrongPasswordIsNamedWithoutShowingIt() {
    JdbcTarget target = primary.target();
    PostgresSettings settings =
        new PostgresSettings(
            7, target.host(), target.port(), target.database(), target.user(), () -> "hunter2");
    try (PostgresSampler sampler = new PostgresSampler(settings)) {
      await(() -> sampler.getProblem().contains("28P01"));
      assertThat(sampler.getProblem()).doesNotContain("hunter2");
      assertThat(settings.toString()).doesNotContain("hunter2");
    }
  }

  private static final String MONITORS =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'relevo monitor'";

  private static PostgresSampler sampler(PgServer server) {
    JdbcTarget target = server.target();
    return new PostgresSampler(
        new PostgresSettings(
            0, target.host(), target.port(), target.database(), target.user(), target.password()));
  }

  /// Rates times whole milliseconds lose a little. 300 commits, 20 rollbacks, 3000 rows in, 3000
  /// changed, 1000 out, a checkpoint.
  private static void load(PgServer server, PostgresSampler sampler) throws SQLException {
    await(() -> sampler.getLast().sequence() >= 1);
    server.execute("TRUNCATE load");
    long since = sampler.getLast().sequence();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 300; i++) {
        statement.execute(
            "INSERT INTO load SELECT " + i * 10 + " + g, 'x' FROM generate_series(1, 10) g");
        connection.commit();
        if (i % 15 == 0) {
          statement.execute("SELECT count(*) FROM load WHERE id = 7");
          connection.rollback();
        }
      }
      statement.execute("UPDATE load SET text = 'y'");
      statement.execute("DELETE FROM load WHERE id <= 1000");
      connection.commit();
    }
    server.execute("CHECKPOINT");
    await(() -> sum(sampler, since, PostgresSample::checkpointsPerSecond) >= 0.99);
    await(() -> sum(sampler, since, PostgresSample::commitsPerSecond) > 300);
    await(() -> sum(sampler, since, PostgresSample::tuplesDeletedPerSecond) > 990);
    assertThat(sum(sampler, since, PostgresSample::commitsPerSecond)).isBetween(301.0, 345.0);
    assertThat(sum(sampler, since, PostgresSample::rollbacksPerSecond)).isBetween(19.8, 25.0);
    assertThat(sum(sampler, since, PostgresSample::tuplesInsertedPerSecond))
        .isBetween(2990.0, 3200.0);
    assertThat(sum(sampler, since, PostgresSample::tuplesUpdatedPerSecond))
        .isBetween(2990.0, 3200.0);
    assertThat(sum(sampler, since, PostgresSample::tuplesDeletedPerSecond))
        .isBetween(990.0, 1200.0);
    assertThat(sum(sampler, since, PostgresSample::blocksHitPerSecond)).isGreaterThan(1000);
    assertThat(sum(sampler, since, PostgresSample::walBytesPerSecond))
        .isBetween(300_000.0, 20_000_000.0);
    assertThat(sum(sampler, since, PostgresSample::checkpointBuffersPerSecond)).isPositive();
    assertThat(sampler.getProblem()).isEmpty();
    assertThat(sampler.samplesSince(since))
        .allSatisfy(sample -> assertThat(sample.periodMs()).isBetween(900L, 5000L));
  }

  private static double sum(PostgresSampler sampler, ToDoubleFunction<PostgresSample> rate) {
    return sum(sampler, 0, rate);
  }

  private static double sum(
      PostgresSampler sampler, long since, ToDoubleFunction<PostgresSample> rate) {
    List<PostgresSample> samples = sampler.samplesSince(since);
    return samples.stream()
        .mapToDouble(sample -> rate.applyAsDouble(sample) * sample.periodMs() / 1000)
        .sum();
  }

  private static boolean tellsUnknown(PostgresSample sample) {
    return sample.commitsPerSecond() == -1;
  }

  private static void nothingIsBelowMinusOne(PostgresSample sample) {
    for (RecordComponent component : PostgresSample.class.getRecordComponents()) {
      double value;
      try {
        value = ((Number) component.getAccessor().invoke(sample)).doubleValue();
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("cannot read a sample", e);
      }
      assertThat(value)
          .as(component.getName())
          .satisfiesAnyOf(
              number -> assertThat(number).isEqualTo(-1),
              number -> assertThat(number).isNotNegative());
    }
  }

  private static long count(PgServer server, String sql) {
    try {
      return server.number(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(30), condition);
  }
}
