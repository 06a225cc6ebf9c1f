package org.relevo.app.view.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.ControlData;
import org.relevo.app.model.LiveData;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Tasks;
import org.relevo.app.testkit.ManualTimers;
import org.relevo.app.testkit.ScriptedService;
import org.relevo.app.testkit.TestClock;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.Role;

class ConsistencyViewModelTest {
  private final TestClock clock = new TestClock();
  private final ManualTimers timers = new ManualTimers(clock);
  private final ScriptedService service = new ScriptedService(clock);
  private final ClusterModel model = new ClusterModel(clock);
  private final Tasks tasks =
      new Tasks(
          Runnable::run,
          timers,
          (_, work) -> {
            work.run();
            return () -> {};
          });
  private Optional<ServiceConnection> connection = Optional.empty();
  private final ConsistencyViewModel viewModel =
      new ConsistencyViewModel(() -> connection, model, tasks, new Texts(Locale.ENGLISH), clock);

  private void connect(Role role) throws Exception {
    service.role(role);
    ServiceConnection open =
        service.connect(
            new ConnectRequest(
                "127.0.0.1", 9899, "u", "p", Optional.empty(), Optional.empty(), Optional.empty()));
    connection = Optional.of(open);
    model.roleProperty().set(role);
    model
        .connectionProperty()
        .set(new ConnectionState.Connected("127.0.0.1:9899", Instant.now(clock)));
    model.accept(
        new LiveData(
            open.cluster().getStatus(),
            open.cluster().getNodes(),
            open.pool().getInfo(),
            List.of(),
            open.host().getInfo(),
            List.of(),
            Map.of(),
            Map.of(),
            open.benchmark().getStatus(),
            List.of(),
            List.of(),
            open.failover().getCurrent(),
            ControlData.NONE));
  }

  @Test
  void withoutConnectionNothingCanBeChecked() {
    assertThat(viewModel.cannotCheck()).startsWith("A check needs a connection");
    viewModel.check();
    assertThat(viewModel.state()).isEmpty();
  }

  @Test
  void aMonitorMayLookButNotCheck() throws Exception {
    service.consistency(ConsistencyState.EQUAL);
    connect(Role.MONITOR);
    viewModel.read();
    assertThat(viewModel.mark()).isEqualTo(Mark.OK);
    assertThat(viewModel.cannotCheck()).contains("operator");
    viewModel.check();
    assertThat(viewModel.running()).isFalse();
  }

  @Test
  void anOperatorStartsACheckAndCannotStartASecond() throws Exception {
    service.consistency(ConsistencyState.DIFFERENT);
    connect(Role.OPERATOR);
    viewModel.read();
    assertThat(viewModel.cannotCheck()).isEmpty();
    viewModel.check();
    assertThat(viewModel.running()).isTrue();
    assertThat(viewModel.cannotCheck()).isEqualTo("A check is running.");
    assertThat(viewModel.showsEarlierResult()).isTrue();
    assertThat(viewModel.rows()).hasSize(4);
  }

  @Test
  void aFailedCheckKeepsTheResultBefore() throws Exception {
    service.consistency(ConsistencyState.EQUAL);
    connect(Role.ADMIN);
    viewModel.read();
    service.consistency(ConsistencyState.FAILED);
    viewModel.read();
    assertThat(viewModel.mark()).isEqualTo(Mark.CRITICAL);
    assertThat(viewModel.headline())
        .isEqualTo("The check failed: pgsql2 did not reach 16/B374D848 within 5 s");
    assertThat(viewModel.tableCount()).isEqualTo(4);
  }

  @Test
  void theFilterKeepsWhatDiffersFromThePrimary() throws Exception {
    service.consistency(ConsistencyState.DIFFERENT);
    connect(Role.ADMIN);
    viewModel.read();
    viewModel.onlyDifferencesProperty().set(true);
    assertThat(viewModel.rows())
        .extracting(TableRow::name)
        .containsExactly("public.pgbench_accounts");
    assertThat(viewModel.referenceNodeId()).isZero();
    assertThat(viewModel.referenceIsPrimary()).isTrue();
    assertThat(viewModel.csv().lines()).hasSize(2);
  }

  @Test
  void anUnreachableServiceIsAProblemNotAResult() throws Exception {
    service.consistency(ConsistencyState.EQUAL);
    connect(Role.ADMIN);
    viewModel.read();
    service.loseConnection();
    viewModel.read();
    assertThat(viewModel.problem()).startsWith("The comparison could not be read");
    assertThat(viewModel.tableCount()).isEqualTo(4);
    model.connectionProperty().set(new ConnectionState.Disconnected());
    assertThat(viewModel.tableCount()).isZero();
    assertThat(viewModel.problem()).isEmpty();
  }
}
