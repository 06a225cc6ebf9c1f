package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ReloadTest {
  private static final String MINIMAL = "backend_hostname0 = 'db1'\n";

  @TempDir Path folder;
  private final List<String> calls = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Reload.class);

  /// A part that writes down what happens to it.
  private final class Recorder implements Reload.Part {
    private final String name;
    private boolean refuses;

    Recorder(String name) {
      this.name = name;
    }

    @Override
    public Reload.Prepared prepare(ProxyConfig next) throws ConfigException {
      if (refuses) {
        throw new ConfigException(List.of(new ConfigProblem("hba:1", "pool_hba_file", "bad")));
      }
      return new Reload.Prepared() {
        @Override
        public void apply() {
          calls.add(name + " applies " + next.clients().maxClients());
        }

        @Override
        public void discard() {
          calls.add(name + " discards");
        }
      };
    }
  }

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @Test
  void everyPartGetsTheNewSettingsAndTheLogNamesEachChange() throws Exception {
    Reload reload = started(MINIMAL + "max_clients = 5\nhealth_check_password = 'old secret'\n");
    reload.add("first", new Recorder("first"));
    reload.add("second", new Recorder("second"));
    write(MINIMAL + "max_clients = 6\nhealth_check_password = 'new secret'\nport = 7\n");

    Reload.Outcome outcome = reload.reload("SIGHUP");

    assertThat(outcome.applied()).isTrue();
    assertThat(calls).containsExactly("first applies 6", "second applies 6");
    assertThat(reload.current().clients().maxClients()).isEqualTo(6);
    assertThat(logged())
        .containsExactly(
            "INFO config.changed health_check_password '****' -> '****'",
            "INFO config.changed num_init_children '5' -> '6'",
            "WARN config.restart-needed port '9999' -> '7' (needs a restart)",
            "INFO config.reloaded by=SIGHUP changes=3");
  }

  @Test
  void aBadFileChangesNothing() throws Exception {
    Reload reload = started(MINIMAL + "max_clients = 5\n");
    reload.add("part", new Recorder("part"));
    ProxyConfig before = reload.current();
    write(MINIMAL + "max_clients = 6\nport = no\n");

    Reload.Outcome outcome = reload.reload("SIGHUP");

    assertThat(outcome.applied()).isFalse();
    assertThat(outcome.problems())
        .extracting(ConfigProblem::toString)
        .containsExactly(file() + ":3: port: 'no' is not a whole number");
    assertThat(calls).isEmpty();
    assertThat(reload.current()).isSameAs(before);
    assertThat(logged())
        .containsExactly("ERROR config.refused " + file() + ":3: port: 'no' is not a whole number");
  }

  @Test
  void onePartThatRefusesStopsAll() throws Exception {
    Reload reload = started(MINIMAL + "max_clients = 5\n");
    Recorder last = new Recorder("last");
    last.refuses = true;
    reload.add("first", new Recorder("first"));
    reload.add(
        "broken",
        _ -> {
          throw new IllegalStateException("slip");
        });
    reload.add("last", last);
    write(MINIMAL + "max_clients = 6\n");

    Reload.Outcome outcome = reload.reload("SIGHUP");

    assertThat(outcome.applied()).isFalse();
    assertThat(outcome.problems())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            file() + ": broken: cannot take it over: java.lang.IllegalStateException: slip",
            "hba:1: pool_hba_file: bad");
    assertThat(calls).containsExactly("first discards");
    assertThat(reload.current().clients().maxClients()).isEqualTo(5);
  }

  @Test
  void aCheckTellsTheSameAndChangesNothing() throws Exception {
    Reload reload = started(MINIMAL);
    reload.add("part", new Recorder("part"));
    write(MINIMAL + "max_clients = 6\nsocket_dir = '/s'\nmemory_cache_enabled = on\n");

    Reload.Outcome outcome = reload.check();

    assertThat(outcome.applied()).isFalse();
    assertThat(outcome.problems()).isEmpty();
    assertThat(outcome.changes())
        .extracting(SettingChange::toString)
        .containsExactly(
            "num_init_children '1000' -> '6'",
            "unix_socket_directories '' -> '/s' (needs a restart)");
    assertThat(outcome.warnings()).extracting(ConfigWarning::key).containsExactly("socket_dir");
    assertThat(outcome.ignored())
        .extracting(IgnoredDirective::key)
        .containsExactly("memory_cache_enabled");
    assertThat(calls).containsExactly("part discards");
    assertThat(reload.current().clients().maxClients()).isEqualTo(1000);
    assertThat(logged()).isEmpty();
  }

  @Test
  void whatAwaitsTheRestartIsNamedUntilItIsTakenBack() throws Exception {
    Reload reload = started(MINIMAL);
    write(MINIMAL + "port = 7\n");
    reload.reload("SIGHUP");

    assertThat(reload.reload("SIGHUP").changes())
        .extracting(SettingChange::toString)
        .containsExactly("port '9999' -> '7' (needs a restart)");
    assertThat(reload.awaitsRestart("port")).isTrue();
    assertThat(reload.awaitsRestart("jmx_port")).isFalse();

    write(MINIMAL);
    assertThat(reload.reload("SIGHUP").changes()).isEmpty();
    assertThat(reload.awaitsRestart("port")).isFalse();
  }

  @Test
  void partsAreAskedWhenNoSettingDiffersSinceFilesBehindThemMay() throws Exception {
    Reload reload = started(MINIMAL);
    reload.add("part", new Recorder("part"));

    reload.reload("SIGHUP");

    assertThat(calls).containsExactly("part applies 1000");
  }

  @Test
  void aTextIsCheckedInPlaceOfTheFileAndNothingChanges() throws Exception {
    Reload reload = started(MINIMAL);
    reload.add("part", new Recorder("part"));

    Reload.Outcome outcome = reload.checkText("backend_hostname0 = 'db2'\nport = 'x'\n", false);

    assertThat(outcome.problems().toString()).contains("relevo.conf:2").contains("port");
    assertThat(Files.readString(file())).isEqualTo(MINIMAL);
    assertThat(calls).isEmpty();
  }

  @Test
  void aTextIsCheckedAtTheEndOfTheFile() throws Exception {
    Reload reload = started(MINIMAL);

    Reload.Outcome outcome = reload.checkText("backend_hostname1 = 'db2'\n", true);

    assertThat(outcome.problems()).isEmpty();
    assertThat(outcome.changes())
        .anySatisfy(change -> {
          assertThat(change.key()).isEqualTo("backend_hostname1");
          assertThat(change.after()).isEqualTo("db2");
        });
    assertThat(reload.current().backends()).hasSize(1);
  }

  private List<String> logged() {
    return log.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .filter(line -> !line.contains("part-failed"))
        .toList();
  }

  private Reload started(String text) throws IOException, ConfigException {
    write(text);
    Surroundings here = new Surroundings("box", "dba", Path.of("/home/dba"), Map.of());
    return new Reload(ProxyConfig.load(file(), here), here);
  }

  private Path file() {
    return folder.resolve("relevo.conf");
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }
}
