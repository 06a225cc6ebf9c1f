package org.relevo.proxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/// Sees whether the service stays calm: no line at error level, no growing memory of buffers.
public final class CalmWatch implements AutoCloseable {
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final AtomicLong mostBytes = new AtomicLong();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            errors.add(event.getFormattedMessage());
          }
        }
      };

  public CalmWatch() {
    appender.start();
    root.addAppender(appender);
  }

  /// Looks at the memory now.
  public void look() {
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
      long used = provider.metric().usedDirectMemory() + provider.metric().usedHeapMemory();
      mostBytes.accumulateAndGet(used, Math::max);
    }
  }

  public void assertCalm(long mostAllowedBytes) {
    assertThat(errors).isEmpty();
    assertThat(mostBytes).hasValueLessThan(mostAllowedBytes);
  }

  @Override
  public void close() {
    root.detachAppender(appender);
  }
}
