package org.relevo.jmx.pgctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PgCtlIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void aNewClusterStartsAnswersAndStops() throws IOException, SQLException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    PgBinaries binaries = PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow();
    int port = NewCluster.freePort();
    PgCtl control =
        NewCluster.create(
            binaries,
            folder.resolve("pg"),
            ServerAccount.forNewServers(),
            port,
            "postgres",
            "se cret'",
            Map.of("fsync", "off"));

    control.start(folder.resolve("pg/server.log"), LIMIT);
    assertThat(control.postmasterPid()).isPresent();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "se cret'");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW server_version")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1)).startsWith(binaries.version());
    }

    control.stop(PgCtl.StopMode.FAST, LIMIT);
    assertThat(control.postmasterPid()).isEmpty();
  }

  @Test
  void aFolderWithoutProgramsIsNamed() {
    assertThatThrownBy(() -> PgBinaries.in(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("--pg-bindir");
  }
}
