package org.relevo.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.config.LogSettings;
import org.slf4j.LoggerFactory;

/// The service's log: a file with one event a line, rotated, and a syslog server when there is one.
final class ServiceLog {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ServiceLog.class);
  private static final String PATTERN = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSX\",UTC} %-5level %msg%n%ex";
  private static final int OLD_FILES = 5;

  /// The library of the quorum.
  private static final String RATIS = "org.apache.ratis";

  private static volatile @Nullable ServiceLog current;

  private final RollingFileAppender<ILoggingEvent> file;

  private ServiceLog(RollingFileAppender<ILoggingEvent> file) {
    this.file = file;
  }

  /// This process is about to leave the quorum: what others still ask of it the library cannot
  /// answer, and would tell as errors. What goes wrong in our own part is still told.
  static void leaving() {
    context().getLogger(RATIS).setLevel(Level.OFF);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  /// Begins a new file; the one before gets a number.
  static void rotate() {
    ServiceLog log = current;
    if (log != null) {
      log.rollOver();
    }
  }

  /// Opens the file anew by its name, which another program may have moved away.
  static void reopen() {
    ServiceLog log = current;
    if (log != null) {
      log.openAnew();
    }
  }

  /// Adds the log to what the terminal gets already.
  ///
  /// @throws IOException naming the file when it cannot be written
  static void to(LogSettings settings) throws IOException {
    current = of(context(), settings, InstantSource.system());
  }

  /// @param context gets the log's parts
  static ServiceLog of(LoggerContext context, LogSettings settings, InstantSource clock)
      throws IOException {
    requireWritable(settings.file());
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(settings.file().toString());
    appender.setEncoder(encoder(context, settings));

    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(settings.file() + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLD_FILES);
    rolling.start();

    LogRotation<ILoggingEvent> rotation =
        new LogRotation<>(settings.rotationBytes(), settings.rotationAge(), clock);
    rotation.setContext(context);
    rotation.start();

    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(rotation);
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    settings
        .syslog()
        .ifPresent(syslog -> {
          SyslogAppender told = new SyslogAppender(syslog, ManagementSide.hostName());
          told.setContext(context);
          told.setName("syslog");
          told.start();
          root.addAppender(told);
        });
    return new ServiceLog(appender);
  }

  void rollOver() {
    file.rollover();
  }

  /// No line is lost: the file that is open is written to until another one is.
  void openAnew() {
    String name = file.getFile();
    try {
      file.openFile(name);
    } catch (IOException e) {
      LOG.error("log.unopened file={} reason=\"{}\"", name, e.toString());
    }
  }

  private static void requireWritable(Path path) throws IOException {
    try {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      if (!Files.exists(path)) {
        Files.createFile(path);
      }
      if (!Files.isWritable(path)) {
        throw new IOException("no permission to write");
      }
    } catch (IOException e) {
      throw new IOException("cannot write log_file " + path + ": " + e, e);
    }
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogSettings settings) {
    if (settings.json()) {
      return json(context);
    }
    return settings.prefix().isEmpty() ? text(context) : prefixed(context, settings.prefix());
  }

  private static Encoder<ILoggingEvent> prefixed(LoggerContext context, String prefix) {
    LogPrefix layout = new LogPrefix(prefix, ZoneId.systemDefault());
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.start();
    return encoder;
  }
}
