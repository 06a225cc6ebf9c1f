package org.relevo.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/// What sockets are read into: short reads go to one buffer of the event loop, the same again and
/// again as long as everybody is through with it, long ones to buffers that grow with what comes.
///
/// A short message so costs no allocation, stays in the processor's cache, and leaves room in its
/// buffer: a read that fills its buffer is followed by another that finds nothing.
///
/// Owner: none; the buffer in use again belongs to the thread of its loop and ends with it.
final class ReceiveBuffers implements RecvByteBufAllocator {
  /// As PgBouncer's `pkt_buf`.
  static final int SHORT_BYTES = 4096;

  private static final int MOST_BYTES = 65_536;
  private static final ReuseOfLoop REUSE = new ReuseOfLoop();

  private final AdaptiveRecvByteBufAllocator sizes =
      new AdaptiveRecvByteBufAllocator(SHORT_BYTES, SHORT_BYTES, MOST_BYTES);

  @Override
  @SuppressWarnings("deprecation") // the only way to a handle
  public Handle newHandle() {
    return new Reading((ExtendedHandle) sizes.newHandle());
  }

  /// The buffer of one loop. It counts as free when nobody else holds it.
  private static final class Reuse {
    // Lives as long as its loop: no business of the pool's nor of those who look for leaks.
    private static final UnpooledByteBufAllocator MAKER = new UnpooledByteBufAllocator(true, true);

    private @Nullable ByteBuf last;

    ByteBuf take() {
      ByteBuf known = last;
      if (known != null && known.refCnt() == 1) {
        return known.clear().retain();
      }
      if (known != null) {
        known.release(); // somebody keeps it for longer
      }
      ByteBuf made = MAKER.directBuffer(SHORT_BYTES, SHORT_BYTES);
      last = made;
      return made.retain();
    }

    void end() {
      if (last != null) {
        last.release();
        last = null;
      }
    }
  }

  private static final class ReuseOfLoop extends FastThreadLocal<Reuse> {
    @Override
    protected Reuse initialValue() {
      return new Reuse();
    }

    @Override
    protected void onRemoval(Reuse reuse) {
      reuse.end();
    }
  }

  /// Reads of one channel.
  private static final class Reading implements ExtendedHandle {
    private final ExtendedHandle sizes;

    Reading(ExtendedHandle sizes) {
      this.sizes = sizes;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return sizes.guess() <= SHORT_BYTES ? REUSE.get().take() : sizes.allocate(allocator);
    }

    @Override
    public int guess() {
      return sizes.guess();
    }

    @Override
    public void reset(ChannelConfig config) {
      sizes.reset(config);
    }

    @Override
    public void incMessagesRead(int messages) {
      sizes.incMessagesRead(messages);
    }

    @Override
    public void lastBytesRead(int bytes) {
      sizes.lastBytesRead(bytes);
    }

    @Override
    public int lastBytesRead() {
      return sizes.lastBytesRead();
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      sizes.attemptedBytesRead(bytes);
    }

    @Override
    public int attemptedBytesRead() {
      return sizes.attemptedBytesRead();
    }

    @Override
    public boolean continueReading() {
      return sizes.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return sizes.continueReading(maybeMore);
    }

    @Override
    public void readComplete() {
      sizes.readComplete();
    }
  }
}
