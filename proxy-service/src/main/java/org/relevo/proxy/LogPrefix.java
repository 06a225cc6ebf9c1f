package org.relevo.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Lines as PostgreSQL and pgpool-II write them: a prefix with escapes, the severity in their
/// words, two blanks, the text.
///
/// `%m` and `%t` are the time with and without milliseconds, `%n` the same in seconds since 1970,
/// `%p` the process, `%a` and `%P` the thread, `%l` the number of the line, `%s` the start of the
/// process, `%%` a percent sign. Those of a client's session (`%u`, `%d`, `%h`, …) are `[unknown]`:
/// the service's lines name their client themselves.
final class LogPrefix extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS zzz", Locale.ENGLISH);
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.ENGLISH);

  private final String prefix;
  private final ZoneId zone;
  private final AtomicLong lines = new AtomicLong();
  private final Instant begin =
      ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

  LogPrefix(String prefix, ZoneId zone) {
    this.prefix = prefix;
    this.zone = zone;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    for (int i = 0; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      if (c == '%' && i + 1 < prefix.length()) {
        i++;
        line.append(escape(prefix.charAt(i), event));
      } else {
        line.append(c);
      }
    }
    line.append(severity(event.getLevel())).append(":  ");
    line.append(event.getFormattedMessage()).append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString();
  }

  private String escape(char letter, ILoggingEvent event) {
    Instant at = Instant.ofEpochMilli(event.getTimeStamp());
    return switch (letter) {
      case 'm' -> MILLIS.format(at.atZone(zone));
      case 't' -> SECONDS.format(at.atZone(zone));
      case 'n' -> "%d.%03d".formatted(at.getEpochSecond(), at.getNano() / 1_000_000);
      case 's' -> SECONDS.format(begin.atZone(zone));
      case 'p' -> Long.toString(ProcessHandle.current().pid());
      case 'a', 'P' -> event.getThreadName();
      case 'l' -> Long.toString(lines.incrementAndGet());
      case 'u', 'd', 'h', 'r', 'b', 'c', 'i', 'x', 'v' -> "[unknown]";
      case '%' -> "%";
      default -> ""; // such as %q, which parts sessions from other processes
    };
  }

  private static String severity(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> "ERROR";
      case Level.WARN_INT -> "WARNING";
      case Level.INFO_INT -> "LOG";
      default -> "DEBUG";
    };
  }
}
