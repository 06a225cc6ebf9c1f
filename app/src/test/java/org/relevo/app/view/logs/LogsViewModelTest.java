package org.relevo.app.view.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Tasks;
import org.relevo.app.testkit.ManualTimers;
import org.relevo.app.testkit.ScriptedService;
import org.relevo.app.testkit.TestClock;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.LogLevel;

class LogsViewModelTest {
  private final TestClock clock = new TestClock();
  private final ManualTimers timers = new ManualTimers(clock);
  private final ScriptedService service = new ScriptedService(clock);
  private final ClusterModel model = new ClusterModel(clock);
  private Optional<ServiceConnection> connection = Optional.empty();
  private final LogsViewModel viewModel =
      new LogsViewModel(
          () -> connection,
          model,
          new Tasks(
              Runnable::run,
              timers,
              (_, work) -> {
                work.run();
                return () -> {};
              }),
          new Texts(Locale.ENGLISH),
          clock);

  @BeforeEach
  void connect() throws Exception {
    connection =
        Optional.of(
            service.connect(
                new ConnectRequest(
                    "127.0.0.1",
                    9899,
                    "u",
                    "p",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
    say("127.0.0.1:9899");
  }

  private void say(String address) {
    model.connectionProperty().set(new ConnectionState.Connected(address, clock.instant()));
  }

  @Test
  void aVisibleScreenReadsOnceASecondAndAHiddenOneNotAtAll() {
    timers.advance(Duration.ofSeconds(3));
    assertThat(viewModel.total()).isZero();
    viewModel.setVisible(true);
    int first = viewModel.total();
    assertThat(first).isPositive();
    service.appendLog("relevo", LogLevel.WARN, "one more");
    timers.advance(Duration.ofSeconds(1));
    assertThat(viewModel.total()).isEqualTo(first + 1);
    viewModel.setVisible(false);
    service.appendLog("relevo", LogLevel.WARN, "unseen");
    timers.advance(Duration.ofSeconds(5));
    assertThat(viewModel.total()).isEqualTo(first + 1);
  }

  @Test
  void textAndLevelFilterTogether() {
    viewModel.read();
    viewModel.searchProperty().set("CLIENT");
    viewModel.leastProperty().set(LogLevel.WARN);
    assertThat(viewModel.filtered()).isTrue();
    assertThat(viewModel.shown())
        .isNotEmpty()
        .allMatch(entry ->
            entry instanceof LogEntry.Line line
                && line.level() == LogLevel.WARN
                && line.line().text().contains("client"));
    viewModel.clearFilter();
    assertThat(viewModel.shown()).hasSize(viewModel.total());
  }

  @Test
  void theSameServiceGoesOnAfterALossAndAnotherStartsAnew() {
    viewModel.read();
    int before = viewModel.total();
    model
        .connectionProperty()
        .set(new ConnectionState.Lost("127.0.0.1:9899", clock.instant(), "reset", clock.instant()));
    assertThat(viewModel.total()).isEqualTo(before);
    say("127.0.0.1:9899");
    viewModel.read();
    assertThat(viewModel.total()).isEqualTo(before);
    say("127.0.0.2:9899");
    assertThat(viewModel.total()).isZero();
    assertThat(viewModel.answered()).isFalse();
  }

  @Test
  void aServiceThatDoesNotAnswerIsNamed() {
    service.loseConnection();
    viewModel.read();
    assertThat(viewModel.problem()).startsWith("The logs could not be read: ");
    service.healConnection();
    viewModel.read();
    assertThat(viewModel.problem()).isEmpty();
  }
}
