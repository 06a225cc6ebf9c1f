package org.relevo.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The service's log file: one event a line, rotated by size.
final class ServiceLog {
  private static final String PATTERN = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSX\",UTC} %-5level %msg%n%ex";
  private static final String MAX_SIZE = "64MB";
  private static final int OLD_FILES = 5;

  /// The library of the quorum.
  private static final String RATIS = "org.apache.ratis";

  private static volatile @Nullable RollingFileAppender<ILoggingEvent> file;

  private ServiceLog() {}

  /// This process is about to leave the quorum: what others still ask of it the library cannot
  /// answer, and would tell as errors. What goes wrong in our own part is still told.
  static void leaving() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(RATIS).setLevel(Level.OFF);
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

  /// Begins a new file; the one before gets a number.
  static void rotate() {
    RollingFileAppender<ILoggingEvent> appender = file;
    if (appender != null) {
      appender.rollover();
    }
  }

  /// Opens the file anew by its name, which another program may have moved away.
  static void reopen() {
    RollingFileAppender<ILoggingEvent> appender = file;
    if (appender != null) {
      appender.stop();
      // They end with it, and it does not start without them.
      appender.getRollingPolicy().start();
      appender.getTriggeringPolicy().start();
      appender.start();
    }
  }

  /// Adds the file to what the terminal gets already.
  ///
  /// @throws IOException naming the file when it cannot be written
  static void to(Path path) throws IOException {
    to(path, false);
  }

  /// @param json one JSON object a line in place of text
  static void to(Path path, boolean json) throws IOException {
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
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Encoder<ILoggingEvent> encoder = json ? json(context) : text(context);

    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(path.toString());
    appender.setEncoder(encoder);

    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(path + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLD_FILES);
    rolling.start();

    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf(MAX_SIZE));
    size.start();

    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    appender.start();
    file = appender;
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }
}
