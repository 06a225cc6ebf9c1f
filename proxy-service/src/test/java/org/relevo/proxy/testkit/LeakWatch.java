package org.relevo.proxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.slf4j.LoggerFactory;

/// Fails a test that lost a buffer: every buffer is followed, and what Netty reports is kept.
public final class LeakWatch {
  private static final int ROUNDS = 5;

  private final ListAppender<ILoggingEvent> reports = new ListAppender<>();

  public LeakWatch() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    reports.start();
    ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(reports);
  }

  public void assertNone() {
    for (int i = 0; i < ROUNDS; i++) {
      System.gc();
      ByteBufAllocator.DEFAULT.buffer(64).release(); // a new buffer makes the detector report
    }
    assertThat(reports.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }
}
