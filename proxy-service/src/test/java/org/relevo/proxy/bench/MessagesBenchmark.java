package org.relevo.proxy.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.OutstandingOwner;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.StartupParser;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.Tags;

/// Messages that the service writes and reads itself, and the account of answers owed.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MessagesBenchmark {
  private final ByteBuf out = Unpooled.directBuffer(4096);
  private final ByteBuf startup = Unpooled.directBuffer();
  private final Outstanding pending = new Outstanding(new Notes());
  private final byte[] status = "TimeZone\0Europe/Madrid\0".getBytes(StandardCharsets.US_ASCII);

  /// Makes the start-up packet that is read.
  public MessagesBenchmark() {
    FrontendMessages.startup(
        startup, 0, Map.of("user", "app", "database", "shop", "application_name", "pgbench"));
    pending.ready((byte) 'I');
  }

  @Benchmark
  public ByteBuf writeQuery() {
    out.clear();
    FrontendMessages.query(out, "SELECT abalance FROM pgbench_accounts WHERE aid = 12345");
    return out;
  }

  @Benchmark
  public ByteBuf writeBatch() {
    out.clear();
    FrontendMessages.bind(out, List.of("12345"), StandardCharsets.UTF_8);
    FrontendMessages.execute(out);
    FrontendMessages.sync(out);
    return out;
  }

  @Benchmark
  public StartupRequest readStartup() {
    startup.readerIndex(0);
    return StartupParser.parse(startup);
  }

  @Benchmark
  public Map.Entry<String, String> readParameterStatus() {
    return BackendMessages.readParameterStatus(status, status.length);
  }

  /// The account of one prepared statement: Bind, Execute, Sync, then ReadyForQuery.
  @Benchmark
  public boolean accountOfBatch() {
    pending.sent(Tags.BIND);
    pending.sent(Tags.EXECUTE);
    pending.sent(Tags.SYNC);
    pending.ready((byte) 'I');
    return pending.atBoundary();
  }

  /// Nobody wants to know.
  private static final class Notes implements OutstandingOwner {
    @Override
    public void done(byte kind, Object note) {}

    @Override
    public void skipped(byte kind, Object note) {}

    @Override
    public void spared(byte kind) {}
  }
}
