package org.relevo.proxy.alerts;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Locale;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.LogLevel;

/// Syslog over UDP, RFC 5424 or 3164.
///
/// A lost server and one that is back are told in the words of pgpool-II's scripts besides, which
/// monitoring looks for: `Failover of node 1 at hostname db1. …`, `Failback of node …`.
record SyslogTarget(String host, int port, boolean old, int facility) implements AlertTarget {
  private static final int MOST_BYTES = 1024;

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public void tell(AlertBook.Telling telling, Sender sender) throws IOException {
    AlertInfo alert = telling.alert();
    String text =
        "alert.%s rule=%s subject=%s id=%d cluster=%s text=\"%s\""
            .formatted(
                telling.change().name().toLowerCase(Locale.ROOT),
                alert.rule(),
                alert.subject().isEmpty() ? "-" : alert.subject(),
                alert.id(),
                sender.cluster(),
                clean(alert.text()));
    boolean over = telling.change() == AlertBook.Change.CLEARED;
    send(line("relevo", over ? LogLevel.INFO : alert.severity(), text, sender));
    if (alert.rule().equals("node_down") && telling.change() != AlertBook.Change.REPEATED) {
      send(
          line(
              "pgpool",
              LogLevel.INFO,
              (over ? "Failback of node " : "Failover of node ") + clean(alert.text()),
              sender));
    }
  }

  private String line(String tag, LogLevel level, String text, Sender sender) {
    SyslogLine.Severity severity =
        switch (level) {
          case FATAL -> SyslogLine.Severity.CRITICAL;
          case ERROR -> SyslogLine.Severity.ERROR;
          case WARN -> SyslogLine.Severity.WARNING;
          default -> SyslogLine.Severity.INFO;
        };
    return new SyslogLine(old, facility, sender.host())
        .of(Instant.now(), severity, tag, "alert", text);
  }

  private void send(String line) throws IOException {
    byte[] bytes = SyslogLine.bytes(line, MOST_BYTES);
    InetSocketAddress to = new InetSocketAddress(host, port);
    if (to.isUnresolved()) {
      throw new IOException("unknown host " + host);
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    }
  }

  private static String clean(String text) {
    return SyslogLine.clean(text).replace('"', '\'');
  }
}
