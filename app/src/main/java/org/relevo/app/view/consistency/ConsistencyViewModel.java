package org.relevo.app.view.consistency;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.Durations;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Tasks;
import org.relevo.app.task.Timers;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Csv;
import org.relevo.app.view.part.DataState;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.TableCounts;

/// The last comparison, read once a second while visible, and the way to ask for another. A running
/// comparison leaves the result before it on the screen. Knows no controls. Owner: FX thread.
final class ConsistencyViewModel {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration READ_DEADLINE = Duration.ofSeconds(5);
  private static final Duration START_DEADLINE = Duration.ofSeconds(15);

  private final Supplier<Optional<ServiceConnection>> connection;
  private final ClusterModel model;
  private final Tasks tasks;
  private final Texts texts;
  private final Clock clock;
  private final BooleanProperty onlyDifferences = new SimpleBooleanProperty();
  private final ReadOnlyLongWrapper revision = new ReadOnlyLongWrapper();
  private @Nullable ConsistencyReport newest;
  private @Nullable ConsistencyReport finished;
  private String problem = "";
  private boolean reading;
  private boolean starting;
  private Timers.Cancel ticker = () -> {};

  ConsistencyViewModel(
      Supplier<Optional<ServiceConnection>> connection,
      ClusterModel model,
      Tasks tasks,
      Texts texts,
      Clock clock) {
    this.connection = connection;
    this.model = model;
    this.tasks = tasks;
    this.texts = texts;
    this.clock = clock;
    onlyDifferences.addListener((_, _, _) -> changed());
    model.roleProperty().addListener((_, _, _) -> changed());
    model.connectionProperty().addListener((_, _, _) -> connectionChanged());
    texts.localeProperty().addListener((_, _, _) -> changed());
  }

  /// Grows with every change worth showing.
  ReadOnlyLongProperty revisionProperty() {
    return revision.getReadOnlyProperty();
  }

  BooleanProperty onlyDifferencesProperty() {
    return onlyDifferences;
  }

  void setVisible(boolean visible) {
    ticker.cancel();
    ticker = visible ? tasks.every(PERIOD, this::read) : () -> {};
  }

  /// Asks the service for its newest report, unless an answer is still awaited.
  void read() {
    Optional<ServiceConnection> service = connection.get();
    if (service.isEmpty() || reading) {
      changed();
      return;
    }
    reading = true;
    tasks.run(
        "consistency",
        READ_DEADLINE,
        () -> service.get().consistency().getLastReport(),
        report -> {
          reading = false;
          accept(report);
        },
        failure -> {
          reading = false;
          problem = texts.text("consistency.problem.read", text(failure));
          changed();
        });
  }

  /// Starts a comparison; does nothing when [#cannotCheck] has a reason.
  void check() {
    Optional<ServiceConnection> service = connection.get();
    if (service.isEmpty() || !cannotCheck().isEmpty()) {
      return;
    }
    starting = true;
    problem = "";
    changed();
    tasks.run(
        "consistency check",
        START_DEADLINE,
        () -> service.get().consistency().check(""),
        _ -> {
          starting = false;
          read();
        },
        failure -> {
          starting = false;
          problem = texts.text("consistency.problem.start", text(failure));
          changed();
        });
  }

  /// Why a comparison cannot be started now, "" when it can.
  String cannotCheck() {
    if (connection.get().isEmpty() || !DataState.of(model).current()) {
      return texts.text("consistency.cannot.connection");
    }
    if (!model.roleProperty().get().includes(Role.OPERATOR)) {
      return texts.text("consistency.cannot.role");
    }
    return starting || running() ? texts.text("consistency.cannot.running") : "";
  }

  boolean running() {
    return newest != null && newest.state() == ConsistencyState.RUNNING;
  }

  /// Empty before the first answer.
  Optional<ConsistencyState> state() {
    return Optional.ofNullable(newest).map(ConsistencyReport::state);
  }

  /// What went wrong between this desktop and the service, "" when nothing did.
  String problem() {
    return problem;
  }

  Mark mark() {
    return state()
        .map(state ->
            switch (state) {
              case NEVER -> Mark.UNKNOWN;
              case RUNNING -> Mark.PROGRESS;
              case EQUAL -> Mark.OK;
              case DIFFERENT, FAILED -> Mark.CRITICAL;
            })
        .orElse(Mark.UNKNOWN);
  }

  /// The state in words.
  String headline() {
    ConsistencyReport report = newest;
    if (report == null) {
      return texts.text("consistency.state.reading");
    }
    long different = report.tables().stream().filter(table -> !table.equal()).count();
    return switch (report.state()) {
      case NEVER -> texts.text("consistency.state.never");
      case RUNNING -> texts.text("consistency.state.running");
      case EQUAL -> texts.text("consistency.state.equal", report.tables().size());
      case DIFFERENT ->
          texts.text("consistency.state.different", different, report.tables().size());
      case FAILED -> texts.text("consistency.state.failed", report.problem());
    };
  }

  /// Where and when the shown result was taken, "" when none is shown.
  String facts() {
    ConsistencyReport report = finished;
    if (report == null) {
      return "";
    }
    Instant end = Instant.ofEpochMilli(report.finishedAtEpochMs());
    Duration age = Duration.between(end, clock.instant());
    return texts.text(
        "consistency.facts",
        report.lsn().isEmpty() ? texts.text("consistency.unknown") : report.lsn(),
        Durations.of(Duration.ofMillis(Math.max(0, report.heldMs())), texts.locale()),
        Durations.time(end, clock.getZone()),
        Durations.age(age.isNegative() ? Duration.ZERO : age, texts.locale()),
        report.database());
  }

  /// Whether the shown result is older than a comparison that runs or failed since.
  boolean showsEarlierResult() {
    return finished != null && newest != null && newest.id() != finished.id();
  }

  /// Nodes with a column, in the report's order.
  List<Integer> nodeIds() {
    List<Integer> ids = new ArrayList<>();
    if (finished != null) {
      for (TableCounts table : finished.tables()) {
        for (NodeCount count : table.counts()) {
          if (!ids.contains(count.nodeId())) {
            ids.add(count.nodeId());
          }
        }
      }
    }
    return ids;
  }

  /// The node that others are compared with: the primary, else the first.
  int referenceNodeId() {
    List<Integer> ids = nodeIds();
    ClusterStatus status = model.statusProperty().get();
    if (status != null && ids.contains(status.primaryNodeId())) {
      return status.primaryNodeId();
    }
    return ids.isEmpty() ? -1 : ids.getFirst();
  }

  boolean referenceIsPrimary() {
    ClusterStatus status = model.statusProperty().get();
    return status != null && status.primaryNodeId() == referenceNodeId();
  }

  String nodeName(int nodeId) {
    return model.nodeName(nodeId);
  }

  /// Rows that pass the filter.
  List<TableRow> rows() {
    return allRows().stream().filter(row -> !onlyDifferences.get() || differs(row)).toList();
  }

  /// How many tables there are without the filter.
  int tableCount() {
    return finished == null ? 0 : finished.tables().size();
  }

  /// What is shown, as CSV with one line a table.
  String csv() {
    List<String> header = new ArrayList<>(List.of("schema", "table", "equal"));
    List<Integer> ids = nodeIds();
    ids.forEach(id -> header.add(nodeName(id)));
    StringBuilder text = new StringBuilder(Csv.line(header));
    for (TableRow row : rows()) {
      List<String> cells =
          new ArrayList<>(List.of(row.schema(), row.table(), Boolean.toString(row.equal())));
      for (int id : ids) {
        cells.add(
            row.cell(id)
                .map(cell -> cell.rows() < 0 ? cell.problem() : Long.toString(cell.rows()))
                .orElse(""));
      }
      text.append(Csv.line(cells));
    }
    return text.toString();
  }

  private static boolean differs(TableRow row) {
    return !row.equal()
        || row.cells().stream()
            .anyMatch(cell ->
                cell.verdict() == CountCell.Verdict.DIFFERENT
                    || cell.verdict() == CountCell.Verdict.UNKNOWN);
  }

  private List<TableRow> allRows() {
    ConsistencyReport report = finished;
    if (report == null) {
      return List.of();
    }
    int reference = referenceNodeId();
    return report.tables().stream().map(table -> TableRow.of(table, reference)).toList();
  }

  private void accept(ConsistencyReport report) {
    newest = report;
    switch (report.state()) {
      case EQUAL, DIFFERENT -> finished = report;
      case NEVER -> finished = null;
      case RUNNING, FAILED -> {
        // The result before stays; it says when it was taken.
      }
    }
    problem = "";
    changed();
  }

  private void connectionChanged() {
    if (DataState.of(model) instanceof DataState.Disconnected) {
      newest = null;
      finished = null;
      problem = "";
    }
    changed();
  }

  private void changed() {
    revision.set(revision.get() + 1);
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
