package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendMessages;

/// Settings by lower-case name, immutable. Values are bytes of the client's encoding, one character
/// each ([#BYTES]): they are passed on unread.
public final class VarSet {
  /// Bytes as characters and back.
  public static final Charset BYTES = StandardCharsets.ISO_8859_1;

  public static final VarSet EMPTY = new VarSet(new TreeMap<>());

  private final Map<String, String> values;
  private final int hash;
  private final boolean standardStrings;

  /// Written once, as every new client gets them; a race writes the same again.
  private byte @Nullable [] statuses;

  private VarSet(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
    this.hash = values.hashCode();
    this.standardStrings = !"off".equals(values.get("standard_conforming_strings"));
  }

  public static VarSet of(Map<String, String> values) {
    return values.isEmpty() ? EMPTY : new VarSet(new TreeMap<>(values));
  }

  public VarSet with(String name, String value) {
    if (value.equals(values.get(name))) {
      return this;
    }
    Map<String, String> more = new TreeMap<>(values);
    more.put(name, value);
    return new VarSet(more);
  }

  /// Sorted by name.
  public Map<String, String> values() {
    return values;
  }

  /// Whether backslashes are ordinary characters in '…' (`standard_conforming_strings`, on when it
  /// is not among the settings).
  public boolean standardStrings() {
    return standardStrings;
  }

  /// Writes each of them as a ParameterStatus.
  public void writeStatuses(ByteBuf out) {
    byte[] written = statuses;
    if (written == null) {
      ByteBuf all = Unpooled.buffer();
      values.forEach((name, value) -> BackendMessages.parameterStatus(all, name, value));
      written = new byte[all.readableBytes()];
      all.readBytes(written);
      statuses = written;
    }
    out.writeBytes(written);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof VarSet set && set.hash == hash && set.values.equals(values));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "VarSet" + values.keySet();
  }
}
