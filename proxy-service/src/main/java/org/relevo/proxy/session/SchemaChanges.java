package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Changes of definitions (CREATE, ALTER, DROP) that go through the service. A server refuses to
/// run a statement that was prepared before a change of its result's columns; a client that parses
/// its statement anew for each use must not be met with that because the service has reused one.
///
/// Owner: thread-safe.
final class SchemaChanges {
  private static final ByteBuf CODE = bytes("C0A000\0");
  private static final ByteBuf ROUTINE = bytes("RRevalidateCachedQuery\0");

  private final AtomicInteger underway = new AtomicInteger();
  private final AtomicLong version = new AtomicLong();
  private volatile DefinitionChanges listener = DefinitionChanges.UNHEARD;

  private static ByteBuf bytes(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII).asReadOnly());
  }

  /// Replaces who is told; before the first session.
  void listener(DefinitionChanges next) {
    listener = next;
  }

  /// A change is about to be sent to a server; [#ended] follows.
  void begins(String database) {
    underway.incrementAndGet();
    listener.changing(database);
  }

  /// It may be in force, and nobody has been told yet.
  void changed() {
    version.incrementAndGet();
  }

  /// It is in force, or was given up.
  void ended(String database) {
    version.incrementAndGet();
    underway.decrementAndGet();
    listener.changed(database);
  }

  /// Whether definitions may change at any moment.
  boolean underway() {
    return underway.get() > 0;
  }

  /// What was shared under another version must not be given out any more.
  long version() {
    return version.get();
  }

  /// Whether an ErrorResponse says that a statement does not fit the definitions of now: "cached
  /// plan must not change result type" in whatever language.
  static boolean isStale(ByteBuf frame) {
    return ByteBufUtil.indexOf(CODE.duplicate(), frame) >= 0
        && ByteBufUtil.indexOf(ROUTINE.duplicate(), frame) >= 0;
  }
}
