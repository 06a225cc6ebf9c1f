package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.testkit.FakeService;

/// How the command finds a service, and what it refuses.
@Timeout(120)
class CtlConnectTest extends CtlFixture {
  @Test
  void demoJsonLeadsToTheCredentials(@TempDir Path demo) throws IOException {
    Files.writeString(
        demo.resolve("demo.json"),
        JSON.writeValueAsString(
            java.util.Map.of("credentialsFile", connector.credentialsFile().toString())));
    assertThat(ctl("node", "list", "--data", demo.toString()).exitCode()).isZero();
  }

  @Test
  void anAddressWithUserAndCertificateWorksToo() {
    Path jmx = data.resolve("jmx");
    String address = "127.0.0.1:" + connector.port();
    Path password = jmx.resolve("monitor.password");
    List<String> login =
        List.of("--connect", address, "--user", "monitor", "--password-file", password.toString());
    List<String> read = new ArrayList<>(List.of("node", "list"));
    read.addAll(login);
    Result untrusted = ctl(read.toArray(String[]::new));
    assertThat(untrusted.exitCode()).isEqualTo(ExitCode.CONNECTION);
    assertThat(untrusted.err()).contains("--fingerprint");
    read.addAll(List.of("--certificate", connector.certificateFile().toString()));
    assertThat(ctl(read.toArray(String[]::new)).exitCode()).isZero();
    List<String> act = new ArrayList<>(List.of("bench", "stop"));
    act.addAll(read.subList(2, read.size()));
    Result denied = ctl(act.toArray(String[]::new));
    assertThat(denied.exitCode()).isEqualTo(ExitCode.AUTHORISATION);
    assertThat(denied.err()).contains("needs the role operator");
    assertThat(denied.err().lines()).hasSize(1);
  }

  @Test
  void wrongPasswordAndNobodyThereHaveTheirCodes(@TempDir Path dir) throws IOException {
    Path wrong = Files.writeString(dir.resolve("pw"), "guess\n");
    String pem = connector.certificateFile().toString();
    assertThat(
            ctl(
                    "pool",
                    "--connect",
                    "127.0.0.1:" + connector.port(),
                    "--user",
                    "admin",
                    "--password-file",
                    wrong.toString(),
                    "--certificate",
                    pem)
                .exitCode())
        .isEqualTo(ExitCode.AUTHORISATION);
    assertThat(
            ctl(
                    "pool",
                    "--connect",
                    "127.0.0.1:" + FakeService.freePort(),
                    "--user",
                    "admin",
                    "--password-file",
                    wrong.toString(),
                    "--certificate",
                    pem)
                .exitCode())
        .isEqualTo(ExitCode.CONNECTION);
  }

  @Test
  void badArgumentsAreOneLineAndSeven(@TempDir Path empty) {
    for (String[] args :
        List.of(
            new String[] {},
            new String[] {"node"},
            new String[] {"nonsense"},
            new String[] {"node", "list"},
            new String[] {"node", "show", "x", "--data", "d"},
            new String[] {"node", "list", "--data", empty.toString()},
            new String[] {"node", "list", "--connect", "h:1"},
            new String[] {
              "node", "list", "--connect", "h:99999", "--user", "u", "--password-file", "f"
            },
            new String[] {"logs", "tail", "relevo", "-n", "0", "--data", "d"},
            new String[] {"switchover", "--timeout", "0", "--data", "d"})) {
      Result result = ctl(args);
      assertThat(result.exitCode()).as("%s", List.of(args)).isEqualTo(ExitCode.BAD_ARGUMENTS);
      assertThat(result.err().lines()).as("%s", List.of(args)).hasSize(1);
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void verbsOfLaterVersionsSaySoAndAreNotInTheHelp() {
    for (String[] args :
        List.of(
            new String[] {"distribute", "--force", "1"},
            new String[] {"node", "add", "1", "--yes"})) {
      Result result = ctl(args);
      assertThat(result.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
      assertThat(result.err()).isEqualToIgnoringNewLines("relevo ctl: not available yet");
    }
    Result help = ctl("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("switchover").contains("failover").doesNotContain("distribute");
    assertThat(ctl("node", "--help").out())
        .contains("show")
        .contains("attach", "recover")
        .doesNotContain("remove");
    assertThat(ctl("switchover", "--help").out()).contains("--dry-run");
  }
}
