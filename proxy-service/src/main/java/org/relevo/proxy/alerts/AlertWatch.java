package org.relevo.proxy.alerts;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.AlertsMXBean;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.config.AlertSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks once a second, and tells.
///
/// Owner: its own thread `alerts`; the bean's operations may come from any thread.
public final class AlertWatch implements AlertsMXBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);
  private static final long PERIOD_MS = 1_000;

  /// Where events are recorded.
  @FunctionalInterface
  public interface Events {
    void record(LogLevel level, String name, String text);
  }

  private final Supplier<Situation> situation;
  private final AlertTarget.Sender sender;
  private final Events journal;
  private final Supplier<String> caller;
  private final AlertBook book = new AlertBook();
  private final ScheduledExecutorService clock;
  private volatile AlertLimits limits;
  private volatile AlertTargets targets;

  private AlertWatch(
      AlertSettings settings,
      AlertTarget.Sender sender,
      Supplier<Situation> situation,
      Events events,
      Supplier<String> caller) {
    this.situation = situation;
    this.sender = sender;
    this.journal = events;
    this.caller = caller;
    this.limits = AlertLimits.of(settings);
    this.targets = new AlertTargets(AlertTargets.of(settings), sender);
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("alerts").daemon().factory());
  }

  /// @param situation as it is now
  /// @param caller who calls the bean now, such as `admin (ADMIN)`
  public static AlertWatch start(
      AlertSettings settings,
      String cluster,
      String proxy,
      String host,
      Supplier<Situation> situation,
      Events events,
      Supplier<String> caller) {
    AlertWatch watch =
        new AlertWatch(
            settings, new AlertTarget.Sender(cluster, proxy, host), situation, events, caller);
    var _ =
        watch.clock.scheduleWithFixedDelay(
            watch::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    return watch;
  }

  /// Takes over other limits and targets.
  public void apply(AlertSettings settings) {
    limits = AlertLimits.of(settings);
    AlertTargets former = targets;
    targets = new AlertTargets(AlertTargets.of(settings), sender);
    former.close();
  }

  private void look() {
    try {
      Situation now = situation.get();
      AlertLimits counting = limits;
      book.take(
              AlertRules.look(now, counting),
              now.nowEpochMs(),
              counting.repeatMs(),
              now.maintenance())
          .forEach(this::tell);
    } catch (RuntimeException e) {
      // The next look comes in a second; one slip must not end the watch.
      LOG.error("alert.look-failed reason=\"{}\"", e.toString(), e);
    }
  }

  private void tell(AlertBook.Telling telling) {
    AlertInfo alert = telling.alert();
    boolean over = telling.change() == AlertBook.Change.CLEARED;
    journal.record(
        over ? LogLevel.INFO : alert.severity(),
        over
            ? "alert.cleared"
            : telling.change() == AlertBook.Change.RAISED ? "alert.raised" : "alert.repeated",
        "id=%d rule=%s subject=%s text=\"%s\""
            .formatted(
                alert.id(),
                alert.rule(),
                alert.subject().isEmpty() ? "-" : alert.subject(),
                alert.text().replace('"', '\'')));
    targets.tell(telling);
  }

  @Override
  public List<AlertInfo> getActive() {
    return book.active();
  }

  @Override
  public List<AlertInfo> getHistory() {
    return book.history();
  }

  @Override
  public List<String> getTargets() {
    return targets.names();
  }

  @Override
  public void acknowledge(long id) {
    AlertInfo alert = book.acknowledge(id, caller.get());
    journal.record(
        LogLevel.INFO,
        "alert.acknowledged",
        "id=%d rule=%s by=\"%s\"".formatted(id, alert.rule(), alert.acknowledgedBy()));
  }

  @Override
  public void test() {
    AlertTargets told = targets;
    if (told.names().isEmpty()) {
      throw new IllegalStateException(
          "nobody is to be told: set alert_syslog, alert_command, alert_mail_server or"
              + " alert_webhook");
    }
    told.tell(
        new AlertBook.Telling(
            AlertBook.Change.RAISED, AlertBook.trial(System.currentTimeMillis(), caller.get())));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    targets.close();
  }
}
