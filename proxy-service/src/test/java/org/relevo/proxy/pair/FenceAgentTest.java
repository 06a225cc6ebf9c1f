package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.pair.PairInput.Outcome;

/// The shipped fence agents, called as any other.
class FenceAgentTest {
  private static final Path AGENTS = Path.of("..", "scripts", "fence");

  @TempDir private Path folder;

  private FenceAgent agent(String name, Map<String, String> options) {
    return agent(AGENTS.resolve(name).toAbsolutePath(), options, Duration.ofSeconds(20));
  }

  private static FenceAgent agent(Path program, Map<String, String> options, Duration limit) {
    return new FenceAgent(new PairSettings.Fence(program, options, limit), "a");
  }

  @Test
  void theRecorderWritesDownWhatItIsAsked() throws Exception {
    FenceAgent recorder = agent("fence_recorder", Map.of("directory", folder.toString()));
    assertThat(recorder.fence(1, false).outcome()).isEqualTo(Outcome.ON);
    assertThat(recorder.fence(2, true).outcome()).isEqualTo(Outcome.OFF);
    assertThat(recorder.fence(3, false).outcome()).as("off already").isEqualTo(Outcome.OFF);
    assertThat(Files.readAllLines(folder.resolve("record")))
        .containsExactly("status a", "status a", "off a", "status a", "status a");
    Files.createFile(folder.resolve("fails"));
    assertThat(recorder.fence(4, true).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void commandsOfOnesOwn() throws Exception {
    Path state = folder.resolve("state");
    Map<String, String> options =
        Map.of(
            "off_command", "echo \"off $MEMBER\" >" + state,
            "status_command", "if [ -e " + state + " ]; then exit 2; fi");
    FenceAgent command = agent("fence_command", options);
    assertThat(command.fence(1, true).outcome()).isEqualTo(Outcome.OFF);
    assertThat(Files.readString(state)).isEqualTo("off a\n");
  }

  @Test
  void anOffThatDoesNotTakeEffectIsNoProof() throws Exception {
    FenceAgent command =
        agent("fence_command", Map.of("off_command", "exit 0", "status_command", "exit 0"));
    assertThat(command.fence(1, true).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void oneThatTakesTooLongIsEndedAndIsNoProof() throws Exception {
    FenceAgent slow =
        agent(
            AGENTS.resolve("fence_command").toAbsolutePath(),
            Map.of("off_command", "sleep 60", "status_command", "exit 0"),
            Duration.ofSeconds(1));
    long began = System.nanoTime();
    assertThat(slow.fence(1, true).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
  }

  @Test
  void oneThatIsNotThereIsNoProof() throws Exception {
    FenceAgent none = agent(folder.resolve("none"), Map.of(), Duration.ofSeconds(5));
    assertThat(none.fence(1, true).outcome()).isEqualTo(Outcome.FAILED);
  }

  /// The command of ssh is one that runs what it is told on this machine.
  @Test
  void sshFailsWhenTheMachineIsSilent() throws Exception {
    Path ssh = folder.resolve("ssh");
    Files.writeString(ssh, "#!/bin/sh\nexit 255\n");
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
    FenceAgent agent = agent(wrapper(ssh), there(), Duration.ofSeconds(20));
    assertThat(agent.fence(1, true).outcome()).isEqualTo(Outcome.FAILED);
  }

  /// As systemd tells of a unit; `stop` ends it when it is loaded.
  private FenceAgent ssh(String load, String active, String sub, Map<String, String> options)
      throws IOException {
    Path ssh = folder.resolve("ssh");
    Files.writeString(folder.resolve("unit"), "%s %s %s\n".formatted(load, active, sub));
    Files.writeString(
        folder.resolve("systemctl"),
        """
        systemctl() {
          read load active sub <%1$s/unit
          case $1 in
            show) printf 'LoadState=%%s\\n' "$load"
              case $* in *ActiveState*)
                printf 'ActiveState=%%s\\nSubState=%%s\\n' "$active" "$sub" ;; esac ;;
            stop) [ "$load" = loaded ] && echo 'loaded inactive dead' >%1$s/unit ;;
            *) return 1 ;;
          esac
        }
        """
            .formatted(folder));
    Files.writeString(
        ssh,
        """
        #!/bin/sh
        while [ "$1" != sh ]; do shift; done
        cat %1$s/systemctl - >%1$s/program
        shift 3
        exec sh %1$s/program $*
        """
            .formatted(folder));
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
    return agent(wrapper(ssh), options, Duration.ofSeconds(30));
  }

  private Path data() throws IOException {
    Path data = folder.resolve("data");
    if (!Files.exists(data)) {
      Files.createDirectory(data);
      Files.writeString(data.resolve("PG_VERSION"), "18\n");
    }
    return data;
  }

  private Map<String, String> there() throws IOException {
    return Map.of("ip", "10.0.0.1", "unit", "relevo", "data", data().toString());
  }

  @Test
  void sshStopsTheServer() throws Exception {
    Process server = new ProcessBuilder("sleep", "60").start();
    Files.writeString(data().resolve("postmaster.pid"), server.pid() + "\n");
    FenceAgent agent = ssh("loaded", "active", "running", there());
    assertThat(agent.fence(1, false).outcome()).isEqualTo(Outcome.ON);
    assertThat(agent.fence(2, true).outcome()).isEqualTo(Outcome.OFF);
    assertThat(server.waitFor(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(agent.fence(3, false).outcome()).isEqualTo(Outcome.OFF);
  }

  @Test
  void sshSeesAServerThatOutlivedItsService() throws Exception {
    Files.writeString(data().resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n5432\n");
    FenceAgent agent = ssh("loaded", "failed", "failed", there());
    assertThat(agent.fence(1, false).outcome()).isEqualTo(Outcome.ON);
  }

  /// Each is one state of a unit, as load, active and sub, that proves nothing.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "not-found inactive dead",
        "masked inactive dead",
        "loaded activating auto-restart",
        "loaded deactivating stop-sigterm",
        "loaded inactive dead-before-auto-restart",
        "loaded unheard-of dead",
        "loaded  "
      })
  void sshDoesNotSayOffOfAUnitThatIsNotSurelyEnded(String unit) throws Exception {
    String[] word = unit.split(" ", -1);
    FenceAgent agent = ssh(word[0], word[1], word[2], there());
    assertThat(agent.fence(1, false).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void sshCannotSwitchOffAUnitThatIsNotThere() throws Exception {
    FenceAgent agent = ssh("not-found", "inactive", "dead", there());
    assertThat(agent.fence(1, true).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void sshDoesNotSayOffWhenItCannotLookAtTheServer() throws Exception {
    Map<String, String> nowhere =
        Map.of("ip", "10.0.0.1", "unit", "relevo", "data", folder.resolve("none").toString());
    assertThat(ssh("loaded", "inactive", "dead", nowhere).fence(1, true).outcome())
        .isEqualTo(Outcome.FAILED);
    Map<String, String> none = Map.of("ip", "10.0.0.1", "unit", "relevo");
    assertThat(ssh("loaded", "inactive", "dead", none).fence(2, true).outcome())
        .as("data is required")
        .isEqualTo(Outcome.FAILED);
    Map<String, String> nameless = Map.of("ip", "10.0.0.1", "data", data().toString());
    assertThat(ssh("loaded", "inactive", "dead", nameless).fence(3, true).outcome())
        .as("unit is required")
        .isEqualTo(Outcome.FAILED);
    Files.writeString(data().resolve("postmaster.pid"), "");
    assertThat(ssh("loaded", "inactive", "dead", there()).fence(4, false).outcome())
        .as("a number that cannot be read")
        .isEqualTo(Outcome.FAILED);
  }

  @Test
  void aMistakeInACommandIsNoProof() throws Exception {
    FenceAgent command =
        agent("fence_command", Map.of("off_command", "exit 0", "status_command", "if ("));
    assertThat(command.fence(1, true).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void whatItWasToldIsNotShown() throws Exception {
    Path loud = folder.resolve("loud");
    Files.writeString(loud, "#!/bin/sh\nprintf 'called with '\ncat\nexit 1\n");
    Files.setPosixFilePermissions(loud, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> options =
        Map.of("passwd", "pw", "login", "operator", "password", "operator-2");
    PairSettings.Fence spec = new PairSettings.Fence(loud, options, Duration.ofSeconds(20));
    assertThat(spec.toString()).doesNotContain("operator");
    PairInput.Fenced fenced = new FenceAgent(spec, "a").fence(1, true);
    assertThat(fenced.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(fenced.text())
        .contains("action=off", "login=***", "passwd=***", "password=***")
        .doesNotContain("operator", "=pw");
  }

  private Path wrapper(Path ssh) throws IOException {
    Path wrapper = folder.resolve("fence");
    Files.writeString(
        wrapper,
        "#!/bin/sh\nRELEVO_SSH=%s exec %s\n"
            .formatted(ssh, AGENTS.resolve("fence_ssh").toAbsolutePath()));
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
    return wrapper;
  }
}
