package org.relevo.proxy.alerts;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// One line of syslog.
///
/// @param old RFC 3164 in place of RFC 5424
/// @param facility its number
/// @param host as which this machine is named
public record SyslogLine(boolean old, int facility, String host) {
  private static final DateTimeFormatter OLD_TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH)
          .withZone(ZoneId.systemDefault());

  /// Of syslog's severities, those that are used.
  public enum Severity {
    CRITICAL(2),
    ERROR(3),
    WARNING(4),
    INFO(6),
    DEBUG(7);

    private final int code;

    Severity(int code) {
      this.code = code;
    }
  }

  /// @param tag name of the sender
  /// @param kind of the message (RFC 5424's MSGID)
  public String of(Instant at, Severity severity, String tag, String kind, String text) {
    int priority = facility * 8 + severity.code;
    long pid = ProcessHandle.current().pid();
    return old
        ? "<%d>%s %s %s[%d]: %s".formatted(priority, OLD_TIME.format(at), host, tag, pid, text)
        : "<%d>1 %s %s %s %d %s - %s"
            .formatted(priority, at.truncatedTo(ChronoUnit.MILLIS), host, tag, pid, kind, text);
  }

  /// What one message may be, cut between two characters.
  public static byte[] bytes(String line, int most) {
    byte[] all = line.getBytes(StandardCharsets.UTF_8);
    if (all.length <= most) {
      return all;
    }
    int end = most;
    while (end > 0 && (all[end] & 0xc0) == 0x80) {
      end--;
    }
    return java.util.Arrays.copyOf(all, end);
  }

  /// Without line ends and other signs that would begin a line of their own.
  public static String clean(String text) {
    return text.replaceAll("[\\p{Cntrl}]+", " ");
  }
}
