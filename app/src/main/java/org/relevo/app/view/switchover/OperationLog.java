package org.relevo.app.view.switchover;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.relevo.app.frame.AppContext;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service's log lines that speak of one operation, bounded.
///
/// Owner: FX thread.
public final class OperationLog {
  /// Lines kept; an operation writes a few per step.
  static final int CAPACITY = 500;

  private static final Logger LOG = LoggerFactory.getLogger(OperationLog.class);
  private static final int PAGE = 500;
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final String SERVICE_KIND = "relevo";

  private final AppContext context;
  private final ObservableList<LogLine> lines = FXCollections.observableArrayList();
  private String operationId = "";
  private Pattern wanted = Pattern.compile("$^");
  private String source = "";
  private String cursor = "";
  private boolean reading;

  public OperationLog(AppContext context) {
    this.context = context;
  }

  public ObservableList<LogLine> lines() {
    return lines;
  }

  public void follow(String id) {
    if (!id.equals(operationId)) {
      operationId = id;
      wanted = Pattern.compile("(?<![\\w-])" + Pattern.quote(id) + "(?![\\w-])");
      cursor = "";
      lines.clear();
    }
  }

  /// Reads what is new; nothing happens while a read is on its way.
  public void readOnce() {
    Optional<ServiceConnection> service = context.connection().get();
    if (reading || operationId.isEmpty() || service.isEmpty()) {
      return;
    }
    reading = true;
    String id = operationId;
    String from = cursor;
    String known = source;
    ServiceConnection open = service.get();
    context
        .tasks()
        .run(
            "operation-log",
            DEADLINE,
            () -> read(open, known, from),
            answer -> {
              reading = false;
              if (id.equals(operationId)) {
                accept(answer);
              }
            },
            failure -> {
              reading = false;
              LOG.debug("operation.log.unread id={} reason=\"{}\"", id, Reasons.of(failure));
            });
  }

  private static Answer read(ServiceConnection service, String known, String from) {
    String id =
        known.isEmpty()
            ? service.logs().getSources().stream()
                .filter(s -> s.kind().equals(SERVICE_KIND))
                .map(LogSource::id)
                .findFirst()
                .orElse("")
            : known;
    return id.isEmpty()
        ? new Answer("", new LogPage(List.of(), "", false))
        : new Answer(id, service.logs().tail(id, from, PAGE));
  }

  private void accept(Answer answer) {
    source = answer.source();
    cursor = answer.page().cursor();
    List<LogLine> mine =
        answer.page().lines().stream().filter(l -> wanted.matcher(l.text()).find()).toList();
    if (!mine.isEmpty()) {
      lines.addAll(mine);
      if (lines.size() > CAPACITY) {
        lines.remove(0, lines.size() - CAPACITY);
      }
    }
  }

  private record Answer(String source, LogPage page) {}
}
