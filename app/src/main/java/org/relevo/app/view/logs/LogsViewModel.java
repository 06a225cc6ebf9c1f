package org.relevo.app.view.logs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Tasks;
import org.relevo.app.task.Timers;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogSource;

/// The merged stream of all wanted sources, read once a second while visible and not paused. Knows
/// no controls. Owner: FX thread.
final class LogsViewModel {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private final Supplier<Optional<ServiceConnection>> connection;
  private final Tasks tasks;
  private final Texts texts;
  private final Clock clock;
  private final LogStream stream = new LogStream();
  private final FilteredList<LogEntry> shown = new FilteredList<>(stream.entries());
  private final StringProperty search = new SimpleStringProperty("");
  private final ObjectProperty<LogLevel> least = new SimpleObjectProperty<>(LogLevel.UNKNOWN);
  private final BooleanProperty follow = new SimpleBooleanProperty(true);
  private final BooleanProperty paused = new SimpleBooleanProperty();
  private final ReadOnlyLongWrapper revision = new ReadOnlyLongWrapper();
  private final Map<String, String> cursors = new HashMap<>();
  private final Set<String> hidden = new HashSet<>();
  private final Map<String, String> problems = new HashMap<>();
  private List<LogSource> sources = List.of();
  private String problem = "";
  private String address = "";
  private boolean reading;
  private boolean answered;
  private long generation;
  private Timers.Cancel ticker = () -> {};

  LogsViewModel(
      Supplier<Optional<ServiceConnection>> connection,
      ClusterModel model,
      Tasks tasks,
      Texts texts,
      Clock clock) {
    this.connection = connection;
    this.tasks = tasks;
    this.texts = texts;
    this.clock = clock;
    search.addListener((_, _, _) -> filter());
    least.addListener((_, _, _) -> filter());
    paused.addListener((_, _, _) -> changed());
    model.connectionProperty().subscribe(this::connectionChanged);
  }

  /// What passes the filter, oldest first.
  ObservableList<LogEntry> shown() {
    return shown;
  }

  /// Entries without the filter.
  int total() {
    return stream.entries().size();
  }

  /// Grows with every change of sources, problems or pause.
  ReadOnlyLongProperty revisionProperty() {
    return revision.getReadOnlyProperty();
  }

  StringProperty searchProperty() {
    return search;
  }

  /// The least severity that is shown; UNKNOWN shows all.
  ObjectProperty<LogLevel> leastProperty() {
    return least;
  }

  /// Whether the newest line is kept in sight.
  BooleanProperty followProperty() {
    return follow;
  }

  /// While true nothing is read; going on continues where it stopped.
  BooleanProperty pausedProperty() {
    return paused;
  }

  List<LogSource> sources() {
    return sources;
  }

  boolean sourceShown(String sourceId) {
    return !hidden.contains(sourceId);
  }

  /// Leaves a source out, or reads it again from where it was left.
  void showSource(String sourceId, boolean wanted) {
    boolean changed = wanted ? hidden.remove(sourceId) : hidden.add(sourceId);
    if (changed) {
      filter();
      changed();
      if (wanted) {
        read();
      }
    }
  }

  /// Why a source cannot be read, "" when it can.
  String problemOf(String sourceId) {
    return problems.getOrDefault(sourceId, "");
  }

  /// Why nothing could be read at all, "" when something could.
  String problem() {
    return problem;
  }

  /// Whether the service has answered once.
  boolean answered() {
    return answered;
  }

  boolean filtered() {
    return !search.get().isEmpty() || least.get() != LogLevel.UNKNOWN;
  }

  void clearFilter() {
    search.set("");
    least.set(LogLevel.UNKNOWN);
  }

  void setVisible(boolean visible) {
    ticker.cancel();
    ticker = visible ? tasks.every(PERIOD, this::tick) : () -> {};
  }

  /// Asks for what is new, unless an answer is still awaited.
  void read() {
    Optional<ServiceConnection> service = connection.get();
    if (service.isEmpty() || reading) {
      return;
    }
    reading = true;
    long mine = generation;
    LogReader.Wanted wanted =
        new LogReader.Wanted(cursors, new ArrayList<>(hidden), clock.millis());
    tasks.run(
        "logs",
        DEADLINE,
        () -> LogReader.read(service.get().logs(), wanted),
        round -> {
          reading = false;
          if (mine == generation) {
            accept(round);
          }
        },
        failure -> {
          reading = false;
          if (mine == generation) {
            problem = texts.text("logs.problem", text(failure));
            changed();
          }
        });
  }

  String time(LogEntry entry) {
    return TIME.format(Instant.ofEpochMilli(entry.atEpochMs()).atZone(clock.getZone()));
  }

  /// The word of a level, in the language of the moment.
  String levelWord(LogLevel level) {
    return texts.text("logs.level." + level.name());
  }

  /// An entry as text for the clipboard; continuation lines stay lines.
  String plain(LogEntry entry) {
    return switch (entry) {
      case LogEntry.Gap gap ->
          time(gap) + "  ----  " + gap.sourceId() + "  " + texts.text("logs.gap", gap.sourceId());
      case LogEntry.Line line ->
          time(line) + "  " + line.level() + "  " + line.sourceId() + "  " + line.line().text();
    };
  }

  String plain(List<LogEntry> entries) {
    return entries.stream().map(this::plain).collect(Collectors.joining("\n", "", "\n"));
  }

  private void tick() {
    if (!paused.get()) {
      read();
    }
  }

  private void accept(LogReader.Round round) {
    answered = true;
    problem = "";
    cursors.putAll(round.cursors());
    problems.clear();
    problems.putAll(round.problems());
    sources = round.sources();
    stream.add(round.entries());
    changed();
  }

  private void filter() {
    shown.setPredicate(new LogFilter(least.get(), search.get(), hidden));
    changed();
  }

  /// Another service has other logs; the same one, found again, goes on with its cursors.
  private void connectionChanged(ConnectionState state) {
    switch (state) {
      case ConnectionState.Connected connected -> {
        if (!connected.address().equals(address)) {
          forget();
          address = connected.address();
        }
      }
      case ConnectionState.Disconnected _, ConnectionState.Replaying _ -> {
        forget();
        address = "";
      }
      case ConnectionState.Connecting _, ConnectionState.Lost _ -> {
        // Lines read so far stay.
      }
    }
    changed();
  }

  private void forget() {
    generation++;
    cursors.clear();
    problems.clear();
    sources = List.of();
    stream.clear();
    problem = "";
    answered = false;
  }

  private void changed() {
    revision.set(revision.get() + 1);
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
