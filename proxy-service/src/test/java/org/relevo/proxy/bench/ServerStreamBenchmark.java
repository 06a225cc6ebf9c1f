package org.relevo.proxy.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
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
import org.relevo.proxy.server.ServerStream;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.Tags;

/// What looking at the headers of a stream costs: a short answer, as of a look-up by key, and 64 KB
/// of rows of a large result.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServerStreamBenchmark {
  private static final int BULK_BYTES = 64 * 1024;

  private final Status status = new Status();
  private final ServerStream stream = new ServerStream(status);
  private final ByteBuf answer = Unpooled.directBuffer();
  private final ByteBuf bulk = Unpooled.directBuffer();

  /// Makes both streams of whole messages.
  public ServerStreamBenchmark() {
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
    stream.read(answer.retainedSlice(), UnpooledByteBufAllocator.DEFAULT);
    return status.last;
  }

  @Benchmark
  public byte rows64Kb() {
    stream.read(bulk.retainedSlice(), UnpooledByteBufAllocator.DEFAULT);
    return stream.lastTag();
  }

  /// Passes everything, and looks at the status in ReadyForQuery.
  private static final class Status implements ServerStream.Sink {
    private byte last;

    @Override
    public ServerStream.Fate begins(byte tag, int bodyBytes) {
      return ServerStream.Fate.PASS;
    }

    @Override
    public void pass(ByteBuf in) {
      in.release();
    }

    @Override
    public void kept(byte tag, ByteBuf frame) {
      frame.release();
    }

    @Override
    public void ended(byte tag, byte lastByte) {
      last = tag == Tags.READY_FOR_QUERY ? lastByte : last;
    }
  }
}
