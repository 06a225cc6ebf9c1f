package org.relevo.app.view.sessions;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.LiveTable;
import org.relevo.jmx.contract.BlockedSession;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.SessionInfo;

/// The columns of the sessions screen's tables.
///
/// Owner: FX thread.
final class SessionTables {
  private final AppContext context;
  private final Texts texts;

  SessionTables(AppContext context) {
    this.context = context;
    texts = context.texts();
  }

  LiveTable<SessionInfo> sessions() {
    LiveTable<SessionInfo> table = new LiveTable<>(texts, "sessions-server", SessionInfo::pid);
    table
        .figure("sessions.pid", 65, s -> (double) s.pid(), s -> Integer.toString(s.pid()))
        .column("sessions.state", 185, SessionTables::state)
        .text("sessions.user", 80, SessionInfo::user)
        .text("sessions.database", 80, SessionInfo::database)
        .figure("sessions.cpu", 60, SessionInfo::cpuLoad, s -> percent(s.cpuLoad()))
        .figure("sessions.rss", 80, s -> (double) s.rssBytes(), s -> bytes(s.rssBytes()))
        .figure(
            "sessions.read", 80, SessionInfo::readBytesPerSecond, s -> rate(s.readBytesPerSecond()))
        .figure(
            "sessions.written",
            80,
            SessionInfo::writtenBytesPerSecond,
            s -> rate(s.writtenBytesPerSecond()))
        .text("sessions.wait", 130, SessionInfo::waitEvent)
        .figure("sessions.lasts", 80, s -> (double) s.queryMs(), s -> ms(s.queryMs()))
        .text("sessions.query", 420, s -> oneLine(s.query()));
    return empty(table, "☷", "sessions.none");
  }

  private static Cell state(SessionInfo session) {
    String state = session.state().isEmpty() ? session.type() : session.state();
    if (!session.blockedBy().isEmpty()) {
      String by =
          session.blockedBy().stream().map(Object::toString).collect(Collectors.joining(", "));
      return Cell.state(Mark.CRITICAL, "← " + by);
    }
    return switch (session.state()) {
      case "active" -> Cell.state(Mark.PROGRESS, state);
      case "idle in transaction", "idle in transaction (aborted)" -> Cell.state(Mark.WARN, state);
      default -> Cell.state(Mark.UNKNOWN, state);
    };
  }

  LiveTable<BlockedSession> blocking() {
    LiveTable<BlockedSession> table =
        new LiveTable<>(texts, "sessions-blocking", b -> b.pid() + ":" + b.blockedBy());
    table
        .text(
            "sessions.tree",
            130,
            b -> "    ".repeat(b.depth()) + (b.depth() > 0 ? "└ " : "") + b.pid())
        .text("sessions.user", 90, BlockedSession::user)
        .text("sessions.database", 90, BlockedSession::database)
        .text("sessions.state", 130, BlockedSession::state)
        .text("sessions.lock", 220, b -> (b.lockType() + " " + b.lockMode()).strip())
        .text("sessions.relation", 150, BlockedSession::lockedRelation)
        .figure("sessions.waits", 80, b -> (double) b.waitMs(), b -> ms(b.waitMs()))
        .text("sessions.query", 400, b -> oneLine(b.query()));
    return empty(table, "✔", "sessions.unblocked");
  }

  LiveTable<ClientInfo> clients() {
    LiveTable<ClientInfo> table = new LiveTable<>(texts, "sessions-clients", ClientInfo::id);
    table
        .figure("sessions.id", 60, c -> (double) c.id(), c -> Long.toString(c.id()))
        .column("sessions.state", 160, SessionTables::state)
        .text("sessions.user", 100, ClientInfo::user)
        .text("sessions.database", 100, ClientInfo::database)
        .text("sessions.application", 160, ClientInfo::applicationName)
        .text("sessions.from", 170, c -> c.address() + ":" + c.port())
        .figure("sessions.waits", 80, c -> (double) c.waitMs(), c -> ms(c.waitMs()))
        .figure(
            "sessions.connected",
            100,
            c -> (double) age(c.connectedAtEpochMs()),
            c -> ms(age(c.connectedAtEpochMs())))
        .text("sessions.tls", 180, c -> c.tls().isEmpty() ? "–" : c.tls());
    return empty(table, "☷", "sessions.no-clients");
  }

  private static Cell state(ClientInfo client) {
    String word = client.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return Cell.state(
        switch (client.state()) {
          case ACTIVE -> Mark.PROGRESS;
          case WAITING, IN_TRANSACTION -> Mark.WARN;
          case IDLE, LOGIN -> Mark.UNKNOWN;
        },
        word);
  }

  LiveTable<ServerConnectionInfo> servers() {
    LiveTable<ServerConnectionInfo> table =
        new LiveTable<>(texts, "sessions-servers", ServerConnectionInfo::id);
    table
        .figure("sessions.id", 60, s -> (double) s.id(), s -> Long.toString(s.id()))
        .text("nodes.name", 90, s -> context.model().nodeName(s.nodeId()))
        .text(
            "sessions.state", 120, s -> s.state().name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .text("sessions.user", 100, ServerConnectionInfo::user)
        .text("sessions.database", 100, ServerConnectionInfo::database)
        .figure("sessions.pid", 80, s -> (double) s.processId(), s -> number(s.processId()))
        .figure("sessions.client", 80, s -> (double) s.clientId(), s -> number(s.clientId()))
        .figure("sessions.uses", 80, s -> (double) s.uses(), s -> number(s.uses()))
        .figure(
            "sessions.prepared",
            100,
            s -> (double) s.preparedStatements(),
            s -> number(s.preparedStatements()))
        .figure(
            "sessions.connected",
            110,
            s -> (double) age(s.connectedAtEpochMs()),
            s -> ms(age(s.connectedAtEpochMs())));
    return empty(table, "⇄", "sessions.no-servers");
  }

  LiveTable<PoolStatus> pools() {
    LiveTable<PoolStatus> table =
        new LiveTable<>(
            texts, "sessions-pools", p -> p.nodeId() + "|" + p.database() + "|" + p.user());
    table
        .text("nodes.name", 90, p -> context.model().nodeName(p.nodeId()))
        .text("sessions.database", 100, PoolStatus::database)
        .text("sessions.user", 100, PoolStatus::user)
        .text("pools.mode", 100, PoolStatus::mode)
        .figure("pools.size", 80, p -> (double) p.sizeLimit(), p -> number(p.sizeLimit()))
        .figure("pools.active", 80, p -> (double) p.serversActive(), p -> number(p.serversActive()))
        .figure("pools.idle", 80, p -> (double) p.serversIdle(), p -> number(p.serversIdle()))
        .figure(
            "pools.waiting", 90, p -> (double) p.clientsWaiting(), p -> number(p.clientsWaiting()))
        .figure("pools.granted", 100, p -> (double) p.grantedTotal(), p -> number(p.grantedTotal()))
        .figure("pools.longest", 110, p -> (double) p.longestWaitMs(), p -> ms(p.longestWaitMs()))
        .figure("pools.opened", 90, p -> (double) p.openedTotal(), p -> number(p.openedTotal()));
    return empty(table, "☷", "sessions.no-pools");
  }

  private <T> LiveTable<T> empty(LiveTable<T> table, String symbol, String key) {
    return table.placeholder(new EmptyState(symbol, texts.get(key), texts.get(key + ".text")));
  }

  private long age(long epochMs) {
    return epochMs < 0 ? -1 : Math.max(0, context.clock().millis() - epochMs);
  }

  private String ms(long ms) {
    return ms < 0 ? "–" : Durations.of(Duration.ofMillis(ms), texts.locale());
  }

  private String number(long value) {
    return value < 0 ? "–" : String.format(texts.locale(), "%,d", value);
  }

  private String percent(double load) {
    return load < 0 ? "–" : String.format(texts.locale(), "%.0f %%", load * 100);
  }

  private String bytes(long bytes) {
    return bytes < 0 ? "–" : Durations.bytes(bytes, texts.locale());
  }

  private String rate(double bytes) {
    return bytes < 0 ? "–" : Durations.bytes(Math.round(bytes), texts.locale()) + "/s";
  }

  static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
