package org.relevo.proxy.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A reader of a peer's bytes, with examples to start from and with what must hold for any bytes at
/// all.
record Codec(String name, Check check, List<byte[]> seeds) {
  /// What must hold for these bytes; a [org.relevo.proxy.wire.WireException] is a right answer and
  /// is caught by the check itself.
  interface Check {
    void check(byte[] bytes);
  }

  /// New readers are added at the end: recorded inputs name their codec by its number.
  static final List<Codec> ALL =
      List.of(
          new Codec("start-up", StartupChecks::check, StartupChecks.SEEDS),
          new Codec("scanner", FrameChecks::scanner, FrameChecks.SEEDS),
          new Codec("cutter", FrameChecks::cutter, FrameChecks.SEEDS),
          new Codec("sasl-initial", MessageChecks::saslInitial, MessageChecks.SASL_SEEDS),
          new Codec("key-data", MessageChecks::keyData, MessageChecks.KEY_SEEDS),
          new Codec("parameter-status", MessageChecks::parameterStatus, MessageChecks.STATUS_SEEDS),
          new Codec("data-row", MessageChecks::dataRow, MessageChecks.ROW_SEEDS),
          new Codec("authentication", MessageChecks::authentication, MessageChecks.KEY_SEEDS),
          new Codec("error", MessageChecks::error, MessageChecks.ERROR_SEEDS),
          new Codec("scram-challenge", ScramChecks::challenge, ScramChecks.CHALLENGES),
          new Codec("scram-verifier", ScramChecks::verifier, ScramChecks.VERIFIERS),
          new Codec("account", AccountChecks::account, AccountChecks.SEEDS));

  /// The codec's number before the bytes: how one input of the fuzzer chooses its reader.
  byte[] input(byte[] bytes) {
    byte[] input = new byte[bytes.length + 1];
    input[0] = (byte) ALL.indexOf(this);
    System.arraycopy(bytes, 0, input, 1, bytes.length);
    return input;
  }

  @Override
  public String toString() {
    return name;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
