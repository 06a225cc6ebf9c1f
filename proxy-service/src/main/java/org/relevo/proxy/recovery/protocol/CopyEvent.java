package org.relevo.proxy.recovery.protocol;

import java.nio.ByteBuffer;
import java.util.Map;

/// One part of a command's answer.
public sealed interface CopyEvent {
  /// A row by column name; SQL NULL is absent.
  record Row(Map<String, String> values) implements CopyEvent {
    public Row {
      values = Map.copyOf(values);
    }
  }

  /// A COPY stream begins.
  record Begun() implements CopyEvent {}

  /// Bytes of the open COPY stream; the buffer belongs to the receiver.
  record Data(ByteBuffer bytes) implements CopyEvent {}

  /// The COPY stream is complete.
  record Done() implements CopyEvent {}

  /// The command is complete.
  record Ended() implements CopyEvent {}
}
