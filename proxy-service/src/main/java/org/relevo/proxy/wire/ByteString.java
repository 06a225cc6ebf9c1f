package org.relevo.proxy.wire;

import java.security.MessageDigest;
import java.util.Arrays;

/// Bytes that do not change: keys, salts, packets. Compared in constant time, never shown as text.
public final class ByteString {
  private final byte[] bytes;

  private ByteString(byte[] bytes) {
    this.bytes = bytes;
  }

  public static ByteString copyOf(byte[] bytes) {
    return new ByteString(bytes.clone());
  }

  static ByteString copyOf(byte[] bytes, int from, int to) {
    return new ByteString(Arrays.copyOfRange(bytes, from, to));
  }

  public int length() {
    return bytes.length;
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /// The array itself, for readers in this package that do not change it.
  byte[] shared() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteString that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "ByteString[" + bytes.length + "]";
  }
}
