package org.relevo.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.alerts.SyslogLine;
import org.relevo.proxy.config.LogSettings;

/// The log's lines to a syslog server, by UDP: nobody waits for it, and a line that is lost is
/// still in the file. Its name is asked for when the log begins, and anew each minute while it is
/// unknown: beside, for event loops write lines too.
///
/// Owner: the logging library, one thread at a time.
final class SyslogAppender extends AppenderBase<ILoggingEvent> {
  private static final int MOST_BYTES = 2048;
  private static final long ASK_AGAIN_MS = 60_000;

  private final LogSettings.Syslog settings;
  private final SyslogLine line;
  private @Nullable DatagramSocket socket;
  private volatile @Nullable InetSocketAddress server;
  private long askedAtMs;

  /// @param host as which this machine is named
  SyslogAppender(LogSettings.Syslog settings, String host) {
    this.settings = settings;
    this.line = new SyslogLine(settings.old(), settings.facility(), host);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String text = event.getFormattedMessage();
    if (event.getThrowableProxy() != null) {
      text +=
          " failure=\""
              + event.getThrowableProxy().getClassName()
              + ": "
              + event.getThrowableProxy().getMessage()
              + "\"";
    }
    byte[] bytes =
        SyslogLine.bytes(
            line.of(
                Instant.ofEpochMilli(event.getTimeStamp()),
                severity(event.getLevel()),
                settings.ident(),
                "log",
                SyslogLine.clean(text)),
            MOST_BYTES);
    try {
      InetSocketAddress to = server;
      if (to == null || to.isUnresolved()) {
        askAgain(event.getTimeStamp());
      } else {
        socket().send(new DatagramPacket(bytes, bytes.length, to));
      }
    } catch (IOException e) {
      addWarn("syslog at " + settings.server() + " cannot be told", e);
    }
  }

  @Override
  public void start() {
    askedAtMs = System.currentTimeMillis();
    ask();
    super.start();
  }

  private void askAgain(long nowMs) {
    if (nowMs - askedAtMs > ASK_AGAIN_MS) {
      askedAtMs = nowMs;
      Thread.ofVirtual().name("syslog-name").start(this::ask);
    }
  }

  /// Waits for the name's address.
  private void ask() {
    int colon = settings.server().lastIndexOf(':');
    server =
        new InetSocketAddress(
            settings.server().substring(0, colon),
            Integer.parseInt(settings.server().substring(colon + 1)));
  }

  private DatagramSocket socket() throws IOException {
    DatagramSocket open = socket;
    if (open == null) {
      open = new DatagramSocket();
      socket = open;
    }
    return open;
  }

  @Override
  public void stop() {
    super.stop();
    if (socket != null) {
      socket.close();
    }
  }

  private static SyslogLine.Severity severity(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> SyslogLine.Severity.ERROR;
      case Level.WARN_INT -> SyslogLine.Severity.WARNING;
      case Level.INFO_INT -> SyslogLine.Severity.INFO;
      default -> SyslogLine.Severity.DEBUG;
    };
  }
}
