package org.relevo.proxy.pair;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/// One heartbeat.
///
/// ```text
/// magic "RLVP" (4) | version (1) | path (1) | flags (1) | standing (1) | run (8) | number (8)
/// | run that it answers (8) | number that it answers (8) | generation (8)
/// | length and name of the sender | HMAC-SHA256 (32)
/// ```
///
/// @param path on which it was sent, so that it counts on no other
/// @param run random for each life of the sender's process
/// @param number nanoseconds of that life, so that it grows with each on a path
/// @param answers run of the receiver that the sender heard last, 0 for none: a heartbeat that was
///   recorded before this life of the receiver cannot name it
/// @param answered number of the receiver's heartbeat that the sender heard last: one that was
///   recorded a while ago cannot name a new one
/// @param seesNet whether the sender sees most of its ping nodes
record Beat(
    String sender,
    int path,
    long run,
    long number,
    long answers,
    long answered,
    Claim claim,
    boolean seesNet) {
  /// Nothing longer is looked at.
  static final int MOST_BYTES = 256;

  private static final int MAGIC = 0x524c5650;
  private static final byte VERSION = 2;

  byte[] encode(BeatKey key) {
    byte[] name = sender.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(MOST_BYTES);
    out.putInt(MAGIC).put(VERSION).put((byte) path).put((byte) (seesNet ? 1 : 0));
    out.put(claim.standing().code).putLong(run).putLong(number).putLong(answers).putLong(answered);
    out.putLong(claim.generation()).put((byte) name.length).put(name);
    byte[] signed = new byte[out.position()];
    out.get(0, signed);
    out.put(key.sign(signed));
    byte[] all = new byte[out.position()];
    out.get(0, all);
    return all;
  }

  /// Empty when it is not of somebody who has the key, or of another version.
  static Optional<Beat> decode(byte[] bytes, BeatKey key) {
    if (bytes.length <= BeatKey.MAC_BYTES || bytes.length > MOST_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - BeatKey.MAC_BYTES);
    byte[] signed = new byte[in.remaining()];
    in.get(0, signed);
    byte[] mac = new byte[BeatKey.MAC_BYTES];
    ByteBuffer.wrap(bytes).get(signed.length, mac);
    if (!MessageDigest.isEqual(mac, key.sign(signed))) {
      return Optional.empty();
    }
    try {
      if (in.getInt() != MAGIC || in.get() != VERSION) {
        return Optional.empty();
      }
      int path = in.get();
      boolean seesNet = in.get() != 0;
      Optional<Claim.Standing> standing = Claim.Standing.of(in.get());
      long run = in.getLong();
      long number = in.getLong();
      long answers = in.getLong();
      long answered = in.getLong();
      long generation = in.getLong();
      byte[] name = new byte[in.get()];
      in.get(name);
      if (standing.isEmpty() || in.hasRemaining() || generation < 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Beat(
              new String(name, StandardCharsets.US_ASCII),
              path,
              run,
              number,
              answers,
              answered,
              new Claim(generation, standing.get()),
              seesNet));
    } catch (BufferUnderflowException | NegativeArraySizeException _) {
      return Optional.empty();
    }
  }
}
