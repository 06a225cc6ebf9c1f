package org.relevo.proxy.alerts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.relevo.proxy.config.AlertSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells every target, each on a virtual thread of its own, so that a slow one keeps nobody else
/// waiting. What a target cannot take is tried three times, then logged and given up.
///
/// Owner: thread-safe; [#close] once.
final class AlertTargets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertTargets.class);
  private static final int MOST_WAITING = 100;
  private static final int TRIES = 3;
  private static final long BETWEEN_MS = 2_000;

  private static final class Lane {
    final AlertTarget target;
    final BlockingQueue<AlertBook.Telling> queue = new ArrayBlockingQueue<>(MOST_WAITING);

    Lane(AlertTarget target) {
      this.target = target;
    }
  }

  private final AlertTarget.Sender sender;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  AlertTargets(List<AlertTarget> targets, AlertTarget.Sender sender) {
    this.sender = sender;
    for (AlertTarget target : targets) {
      Lane lane = new Lane(target);
      lanes.add(lane);
      threads.add(Thread.ofVirtual().name("alert-" + target.name()).start(() -> run(lane)));
    }
  }

  static List<AlertTarget> of(AlertSettings settings) {
    List<AlertTarget> targets = new ArrayList<>();
    settings
        .syslog()
        .ifPresent(place ->
            targets.add(
                new SyslogTarget(
                    host(place), port(place, 514), settings.syslogOld(), settings.facility())));
    settings
        .command()
        .ifPresent(command -> targets.add(new CommandTarget(command, settings.commandLimit())));
    settings
        .mailServer()
        .ifPresent(place ->
            targets.add(
                new MailTarget(
                    host(place), port(place, 25), settings.mailFrom(), settings.mailTo())));
    settings.webhook().ifPresent(address -> targets.add(new WebhookTarget(address)));
    return targets;
  }

  static String host(String place) {
    int colon = place.lastIndexOf(':');
    return (colon < 0 ? place : place.substring(0, colon)).replaceAll("^\\[|]$", "");
  }

  static int port(String place, int usual) {
    String text = place.substring(place.lastIndexOf(':') + 1);
    return text.matches("\\d{1,5}") ? Integer.parseInt(text) : usual;
  }

  List<String> names() {
    return lanes.stream().map(lane -> lane.target.name()).toList();
  }

  void tell(AlertBook.Telling telling) {
    for (Lane lane : lanes) {
      if (!lane.queue.offer(telling)) {
        LOG.error(
            "alert.not-told target={} id={} reason=\"{} tellings wait already\"",
            lane.target.name(),
            telling.alert().id(),
            MOST_WAITING);
      }
    }
  }

  private void run(Lane lane) {
    try {
      while (true) {
        AlertBook.Telling telling = lane.queue.take();
        for (int attempt = 1; attempt <= TRIES; attempt++) {
          try {
            lane.target.tell(telling, sender);
            break;
          } catch (IOException | RuntimeException e) {
            if (attempt == TRIES) {
              LOG.error(
                  "alert.not-told target={} id={} reason=\"{}\"",
                  lane.target.name(),
                  telling.alert().id(),
                  e.toString());
            } else {
              Thread.sleep(BETWEEN_MS);
            }
          }
        }
      }
    } catch (InterruptedException _) {
      // Closed: what waits is not told any more.
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
