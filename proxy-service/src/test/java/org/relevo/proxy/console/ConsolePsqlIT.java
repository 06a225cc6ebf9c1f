package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// psql at the console.
class ConsolePsqlIT {
  private static final FakeSource SOURCE = new FakeSource();
  private static ConsoleListener listener;

  @BeforeAll
  static void start() {
    listener = new ConsoleListener(SOURCE);
  }

  @AfterAll
  static void stop() {
    listener.close();
  }

  private static String psql(String user, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "psql",
                "-X",
                "-A",
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(listener.port()),
                "-U",
                user));
    command.addAll(List.of("-d", "pgbouncer"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGCLIENTENCODING", "UTF8");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void tablesAreShown() throws Exception {
    assertThat(psql("zabbix", "-c", "SHOW POOLS;"))
        .startsWith("database|user|cl_active|cl_waiting|")
        .contains("\nshop|app|3|1|0|0|3|0|0|6|0|2|4|1|500000|transaction|\n(1 row)");
    assertThat(psql("zabbix", "-t", "-c", "show state", "-c", "SHOW VERSION"))
        .isEqualTo("active|yes\npaused|no\nsuspended|no\nRelevo 1.2.3\n");
    assertThat(psql("zabbix", "-x", "-c", "SHOW CLIENTS WHERE id = 2"))
        .contains("connect_time|2023-11-14 22:13:20.123+00", "application_name|größer \"app\"");
  }

  @Test
  void everyTableIsShown() throws Exception {
    for (ShowTable table : ShowTable.values()) {
      assertThat(psql("zabbix", "-c", "SHOW " + table))
          .as("%s", table)
          .startsWith(table.columns().getFirst().name())
          .containsPattern("\\(\\d+ rows?\\)")
          .doesNotContain("ERROR");
    }
  }

  @Test
  void anActIsTagged() throws Exception {
    assertThat(psql("boss", "-c", "KILL_CLIENT 2")).isEqualTo("KILL_CLIENT\n");
    assertThat(SOURCE.acts).contains("boss@test KILL_CLIENT 2");
  }

  /// libpq's extended protocol, with statements prepared once and pipelined transactions.
  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "prepared"})
  void pgbenchRunsScriptsInItsModes(String mode, @TempDir Path folder) throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("script.sql"),
            "BEGIN;\nSHOW POOLS;\n\\set id 2\nSHOW CLIENTS WHERE id = :id;\nCOMMIT;\n");
    Process process =
        new ProcessBuilder(
                "pgbench",
                "-n",
                "-M",
                mode,
                "-c",
                "4",
                "-t",
                "50",
                "-f",
                script.toString(),
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(listener.port()),
                "-U",
                "zabbix",
                "relevo")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output)
        .contains("number of transactions actually processed: 200/200")
        .doesNotContain("ERROR");
  }

  @Test
  void whoMayOnlyLookIsTold() throws Exception {
    assertThat(psql("zabbix", "-v", "VERBOSITY=verbose", "-c", "PAUSE"))
        .contains("ERROR:  42501: permission denied for PAUSE", "console_admin_users");
    assertThat(psql("zabbix", "-v", "VERBOSITY=verbose", "-c", "SHUTDOWN"))
        .contains("ERROR:  0A000", "systemctl stop");
  }
}
