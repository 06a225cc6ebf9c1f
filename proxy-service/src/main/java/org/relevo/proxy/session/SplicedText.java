package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A query string in which some names were replaced.
///
/// Owner: whoever makes it; replaced from left to right.
final class SplicedText {
  private static final int HEADER_BYTES = 5;
  private static final int MAX_POSITION_DIGITS = 9;

  private final byte[] text;
  private final List<Edit> edits = new ArrayList<>();

  SplicedText(byte[] text) {
    this.text = text;
  }

  private static final class Edit {
    final int from;
    final int to;
    final byte[] name;

    Edit(int from, int to, byte[] name) {
      this.from = from;
      this.to = to;
      this.name = name;
    }
  }

  void replace(int from, int to, byte[] name) {
    edits.add(new Edit(from, to, name));
  }

  byte[] result() {
    int length = text.length;
    for (Edit edit : edits) {
      length += edit.name.length - (edit.to - edit.from);
    }
    byte[] result = new byte[length];
    int at = 0;
    int copied = 0;
    for (Edit edit : edits) {
      int kept = edit.from - copied;
      System.arraycopy(text, copied, result, at, kept);
      System.arraycopy(edit.name, 0, result, at + kept, edit.name.length);
      at += kept + edit.name.length;
      copied = edit.to;
    }
    System.arraycopy(text, copied, result, at, text.length - copied);
    return result;
  }

  /// Corrects an error's position (field P, characters from 1), which is one in the changed text.
  /// Takes the frame over.
  ByteBuf placed(ByteBuf frame) {
    int at = frame.readerIndex() + HEADER_BYTES;
    int end = frame.writerIndex();
    while (at < end && frame.getByte(at) != 0) {
      int zero = frame.indexOf(at + 1, end, (byte) 0);
      if (zero < 0) {
        return frame;
      }
      int digits = zero - at - 1;
      if (frame.getByte(at) == 'P' && digits > 0 && digits <= MAX_POSITION_DIGITS) {
        return placed(frame, at + 1, zero);
      }
      at = zero + 1;
    }
    return frame;
  }

  private ByteBuf placed(ByteBuf frame, int from, int to) {
    String digits = frame.toString(from, to - from, StandardCharsets.US_ASCII);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return frame;
    }
    byte[] place =
        Integer.toString(original(Integer.parseInt(digits))).getBytes(StandardCharsets.US_ASCII);
    ByteBuf out = frame.alloc().buffer(frame.readableBytes() + place.length);
    out.writeBytes(frame, frame.readerIndex(), from - frame.readerIndex());
    out.writeBytes(place);
    out.writeBytes(frame, to, frame.writerIndex() - to);
    out.setInt(out.readerIndex() + 1, out.readableBytes() - 1);
    frame.release();
    return out;
  }

  /// @param position in the changed text
  private int original(int position) {
    int shift = 0;
    for (Edit edit : edits) {
      int begins = characters(0, edit.from) + 1; // in the text as it was
      if (position - shift <= begins) {
        break;
      }
      int more = edit.name.length - characters(edit.from, edit.to);
      if (position - shift <= begins + edit.name.length) {
        return begins;
      }
      shift += more;
    }
    return position - shift;
  }

  /// Characters of UTF-8, which is what clients send nearly always.
  private int characters(int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += (text[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    return count;
  }
}
