package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;

/// Walks over a stream of messages in whatever pieces it arrives, reading headers only. It keeps no
/// bytes of bodies, so a message of 1 GB costs what a short one costs.
///
/// ```
/// ... | tag 1 | length 4 | body ........ | tag 1 | length 4 | ...
///     ^ message start                    ^ message start
/// ```
///
/// Owner: event loop of the connection.
public final class FrameScanner {
  private static final int HEADER_BYTES = 5;

  private final FrameListener listener;
  private int headerFill;
  private byte tag;
  private int length;
  private int remaining;
  private byte[] kept = new byte[64];
  private int keptWanted;
  private int keptFill;

  public FrameScanner(FrameListener listener) {
    this.listener = listener;
  }

  /// Whether the next byte begins a message.
  public boolean atMessageStart() {
    return headerFill == 0 && remaining == 0;
  }

  /// Tag of the last message whose header passed; 0 before the first.
  public byte lastTag() {
    return tag;
  }

  /// Scans all readable bytes; reader and writer index stay where they are.
  ///
  /// @throws WireException when a length is impossible; the stream is of no use afterwards
  public void scan(ByteBuf in) {
    int to = in.writerIndex();
    int at = in.readerIndex();
    while (at < to) {
      at = step(in, at, to);
    }
  }

  /// Scans to the end of the message that the first readable byte belongs to.
  ///
  /// @return how many bytes that is, all that are readable when the message goes on
  public int scanOne(ByteBuf in) {
    int from = in.readerIndex();
    int to = in.writerIndex();
    int at = from;
    while (at < to) {
      at = step(in, at, to);
      if (atMessageStart()) {
        break;
      }
    }
    return at - from;
  }

  private int step(ByteBuf in, int at, int to) {
    if (remaining > 0) {
      int passed = Math.min(remaining, to - at);
      keep(in, at, passed);
      remaining -= passed;
      return at + passed;
    }
    if (headerFill == 0 && to - at >= HEADER_BYTES) {
      tag = in.getByte(at);
      length = in.getInt(at + 1);
      begin();
      return at + HEADER_BYTES;
    }
    byte next = in.getByte(at);
    if (headerFill == 0) {
      tag = next;
      length = 0;
    } else {
      length = (length << 8) | (next & 0xFF);
    }
    headerFill++;
    if (headerFill == HEADER_BYTES) {
      headerFill = 0;
      begin();
    }
    return at + 1;
  }

  private void begin() {
    int body = length - Integer.BYTES;
    if (length < Integer.BYTES || length > WireLimits.MAX_MESSAGE_BYTES) {
      throw new WireException("message '" + printable(tag) + "' with impossible length " + length);
    }
    remaining = body;
    int wanted = listener.onHeader(tag, body);
    if (wanted == 0) {
      keptWanted = 0;
      return;
    }
    keptWanted = Math.min(wanted, body);
    keptFill = 0;
    if (kept.length < keptWanted) {
      kept = new byte[keptWanted];
    }
    if (keptWanted == 0) {
      listener.onBody(tag, kept, 0);
    }
  }

  private void keep(ByteBuf in, int at, int passed) {
    int missing = keptWanted - keptFill;
    if (keptWanted == 0 || missing == 0) {
      return;
    }
    int copied = Math.min(missing, passed);
    in.getBytes(at, kept, keptFill, copied);
    keptFill += copied;
    if (keptFill == keptWanted) {
      listener.onBody(tag, kept, keptWanted);
    }
  }

  static String printable(byte tag) {
    return tag >= ' ' && tag < 127 ? String.valueOf((char) tag) : "0x%02x".formatted(tag);
  }
}
