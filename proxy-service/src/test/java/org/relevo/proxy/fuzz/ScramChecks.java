package org.relevo.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.relevo.proxy.wire.Scram;
import org.relevo.proxy.wire.ScramVerifier;
import org.relevo.proxy.wire.WireException;

/// SCRAM's messages and verifiers.
final class ScramChecks {
  static final List<byte[]> CHALLENGES =
      List.of(
          Codec.bytes("r=mineyours,s=QSXCR+Q6sek8bf92,i=4096"),
          Codec.bytes("r=mineyours,s=,i=0,m=x"),
          Codec.bytes("r=mine,s=QSXCR+Q6sek8bf92,i=4294967296"));

  static final List<byte[]> VERIFIERS =
      List.of(
          Codec.bytes(
              "SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92"
                  + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                  + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="),
          Codec.bytes("SCRAM-SHA-256$:$:"),
          Codec.bytes("md50123456789abcdef0123456789abcdef"));

  private static final String NONCE = "mine";

  private ScramChecks() {}

  static void challenge(byte[] bytes) {
    try {
      Scram.ServerFirst first = Scram.serverFirst(Codec.text(bytes), NONCE);
      assertThat(first.nonce()).startsWith(NONCE).hasSizeGreaterThan(NONCE.length());
      assertThat(first.iterations()).isNotNegative();
    } catch (WireException e) {
      assertThat(e.getMessage()).doesNotContain(NONCE);
    }
  }

  static void verifier(byte[] bytes) {
    String text = Codec.text(bytes);
    Optional<ScramVerifier> read = ScramVerifier.parse(text);
    if (read.isPresent()) {
      ScramVerifier verifier = read.get();
      assertThat(verifier.iterations()).isNotNegative();
      assertThat(verifier.toString()).isEqualTo("ScramVerifier[****]");
      // Any verifier that is accepted can be reckoned with, and no proof of zeroes fits it.
      assertThat(Scram.clientKey(verifier, new byte[32], text)).isEmpty();
      assertThat(Scram.serverSignature(verifier.serverKey(), text)).hasSize(44);
    }
  }
}
