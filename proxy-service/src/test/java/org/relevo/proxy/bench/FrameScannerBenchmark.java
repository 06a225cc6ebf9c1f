package org.relevo.proxy.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
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
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.FrameListener;
import org.relevo.proxy.wire.FrameScanner;
import org.relevo.proxy.wire.Tags;

/// What looking at the headers of a stream costs: a short answer, as of a look-up by key, and 64 KB
/// of rows of a large result.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameScannerBenchmark {
  private static final int BULK_BYTES = 64 * 1024;

  private final Status status = new Status();
  private final FrameScanner scanner = new FrameScanner(status);
  private final ByteBuf answer = Unpooled.directBuffer();
  private final ByteBuf bulk = Unpooled.directBuffer();

  /// Makes both streams of whole messages.
  public FrameScannerBenchmark() {
    message(answer, 'T', 33);
    message(answer, 'D', 15);
    message(answer, 'C', 9);
    BackendMessages.readyForQuery(answer, 'I');
    while (bulk.readableBytes() < BULK_BYTES) {
      message(bulk, 'D', 90);
    }
  }

  private static void message(ByteBuf out, char tag, int bodyBytes) {
    out.writeByte(tag).writeInt(Integer.BYTES + bodyBytes);
    out.writeCharSequence("x".repeat(bodyBytes), StandardCharsets.US_ASCII);
  }

  @Benchmark
  public byte shortAnswer() {
    scanner.scan(answer);
    return status.last;
  }

  @Benchmark
  public byte rows64Kb() {
    scanner.scan(bulk);
    return scanner.lastTag();
  }

  /// Asks for what a session asks for: the status in ReadyForQuery.
  private static final class Status implements FrameListener {
    private byte last;

    @Override
    public int onHeader(byte tag, int bodyBytes) {
      return tag == Tags.READY_FOR_QUERY ? 1 : 0;
    }

    @Override
    public void onBody(byte tag, byte[] body, int length) {
      last = body[0];
    }
  }
}
