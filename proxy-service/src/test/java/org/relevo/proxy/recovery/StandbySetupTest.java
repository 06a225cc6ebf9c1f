package org.relevo.proxy.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.protocol.ServerAddress;

class StandbySetupTest {
  @TempDir Path data;

  private final StandbySetup setup =
      new StandbySetup(
          ServerAddress.of(
              "db'1",
              5433,
              "re\\pl",
              () -> "s:e\\c'ret",
              Map.of("sslmode", "verify-full", "sslrootcert", "/ca's")),
          "pg 1",
          Optional.of("relevo_node1"),
          Map.of("port", "5434"));

  @Test
  void settingsAreReplacedAndQuotedAndOthersKept() {
    assertThat(
            StandbySetup.merged(
                List.of("# kept", "Port = 1", "work_mem = '4MB'", "port=2"),
                Map.of("port", "it's")))
        .isEqualTo("# kept\nwork_mem = '4MB'\nport = 'it''s'\n");
  }

  /// The server reads what is written here as it was meant, and so do we.
  @Test
  void aValueIsReadAsItWasWritten() throws Exception {
    ServerAccount myself = new ServerAccount(Optional.empty());
    String command = "cp '/ar\\ch/%f' \"%p\" # x";
    StandbySetup.set(data, Map.of("restore_command", command, "port", "1"), myself);
    assertThat(StandbySetup.get(data, "restore_command")).contains(command);
    assertThat(StandbySetup.get(data, "restore")).isEmpty();
    StandbySetup.unset(data, "restore_command", myself);
    assertThat(StandbySetup.get(data, "restore_command")).isEmpty();
    assertThat(StandbySetup.get(data, "port")).contains("1");
    Files.writeString(
        data.resolve("postgresql.auto.conf"), "a = 'x'\nA='it''s \\'y\\' \\\\' # no\nb 5 # five\n");
    assertThat(StandbySetup.get(data, "a")).contains("it's 'y' \\");
    assertThat(StandbySetup.get(data, "b")).contains("5");
  }

  @Test
  void thePasswordIsInThePrivateFileOnly() throws Exception {
    Files.writeString(data.resolve("PG_VERSION"), "18\n");
    ServerAccount myself = new ServerAccount(Optional.empty());
    setup.write(data, myself);
    setup.write(data, myself);
    assertThat(data.resolve("relevo.passfile")).hasContent("*:*:*:re\\\\pl:s\\:e\\\\c'ret");
    assertThat(Files.getPosixFilePermissions(data.resolve("relevo.passfile")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String conf = Files.readString(data.resolve("postgresql.auto.conf"));
    assertThat(conf)
        .containsOnlyOnce("primary_conninfo = 'host=''db\\\\''1'' port=5433 user=''re\\\\\\\\pl''")
        .contains(" connect_timeout=5 sslmode=''verify-full'' sslrootcert=''/ca\\\\''s''")
        .contains("primary_slot_name = 'relevo_node1'")
        .contains("recovery_target_timeline = 'latest'")
        .doesNotContain("ret");
    assertThat(data.resolve("standby.signal")).isEmptyFile();
    assertThat(setup.describe(data)).doesNotContain("ret").contains("standby.signal");
    StandbySetup.remove(data);
    assertThat(data.resolve("standby.signal")).doesNotExist();
  }

  @Test
  void aFolderThatIsNoDataDirectoryIsNamed() {
    assertThatThrownBy(() -> setup.write(data, new ServerAccount(Optional.empty())))
        .hasMessageContaining(data.toString());
  }
}
