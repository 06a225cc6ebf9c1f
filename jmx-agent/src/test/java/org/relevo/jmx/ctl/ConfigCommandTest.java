package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.ConfigSetting;

@Timeout(120)
class ConfigCommandTest extends CtlFixture {
  @BeforeEach
  void settings() {
    service.called.clear();
    service.answer(
        "getSettings",
        List.of(
            setting("port", "7", "/c:1", false, true),
            setting("pool_mode", "session", "", true, false),
            setting("pool_mode [user 'app']", "transaction", "/c:9", true, false)));
  }

  private static ConfigSetting setting(
      String name, String value, String place, boolean reloadable, boolean awaits) {
    return new ConfigSetting("S", name, value, "d", place, reloadable, awaits, "text");
  }

  private static ConfigOutcome outcome(List<String> problems, ConfigChange... changes) {
    return new ConfigOutcome(
        problems.isEmpty(), List.of(changes), problems, List.of("socket_dir (/c:2): old"));
  }

  @Test
  void settingsAreATableWithTheirPlaces() {
    Result result = onData("config", "show");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "SETTING                 VALUE        WRITTEN  CHANGE",
            "port                    7            /c:1     awaits restart",
            "pool_mode               session      default  reload",
            "pool_mode [user 'app']  transaction  /c:9     reload");
  }

  @Test
  void aPatternAndOnlyThoseThatAreSet() {
    assertThat(onData("config", "show", "p*MODE").out().lines()).hasSize(3);
    assertThat(onData("config", "show", "[user").out().lines()).hasSize(2);
    assertThat(onData("config", "show", "--set").out().lines()).hasSize(3);
    assertThat(onData("config", "show", "--json").json().get(0).get("place").asString())
        .isEqualTo("/c:1");
  }

  @Test
  void aReloadTellsWhatChanges() {
    service.answer(
        "reload",
        outcome(
            List.of(),
            new ConfigChange("max_clients", "5", "6", false),
            new ConfigChange("port", "1", "2", true)));
    Result result = onData("config", "reload");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "warning: socket_dir (/c:2): old",
            "max_clients: '5' -> '6'",
            "port: '1' -> '2' (needs a restart)");
    assertThat(service.called).contains("reload").doesNotContain("check");
  }

  @Test
  void aCheckThatFindsNothingSaysSo() {
    service.answer("check", outcome(List.of()));
    Result result = onData("config", "check");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines().toList().getLast()).isEqualTo("nothing would change");
  }

  @Test
  void problemsAreToldAndSeenByScripts() {
    service.answer("check", outcome(List.of("/c:3: port: 'x' is not a whole number")));
    Result result = onData("config", "check");
    assertThat(result.exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    assertThat(result.out().lines())
        .startsWith("problem: /c:3: port: 'x' is not a whole number")
        .endsWith("the configuration stays as it was");
    assertThat(result.err()).isEmpty();
  }
}
