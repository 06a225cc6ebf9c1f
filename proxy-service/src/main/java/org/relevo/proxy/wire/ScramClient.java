package org.relevo.proxy.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/// The client's side of one SCRAM-SHA-256 exchange. Iterates nothing: who calls brings the keys.
///
/// Owner: the thread that owns the connection; one exchange per object.
public final class ScramClient {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 18;

  private final String mechanism;
  private final String gs2Header;
  private final byte[] bindingData;
  private final String nonce;
  private String challenge = "";
  private String expected = "";

  private ScramClient(String mechanism, String gs2Header, byte[] bindingData, String nonce) {
    this.mechanism = mechanism;
    this.gs2Header = gs2Header;
    this.bindingData = bindingData;
    this.nonce = nonce;
  }

  /// @param couldBind whether we would have bound to the channel, had the server offered it: a
  ///   server that did offer it then knows that somebody between us took the offer away
  public static ScramClient unbound(boolean couldBind) {
    return unbound(couldBind, nonce());
  }

  static ScramClient unbound(boolean couldBind, String nonce) {
    return new ScramClient(Scram.MECHANISM, couldBind ? "y,," : "n,,", new byte[0], nonce);
  }

  /// @param endPoint `tls-server-end-point` of the server's certificate
  public static ScramClient bound(ByteString endPoint) {
    return new ScramClient(
        Scram.MECHANISM_PLUS, "p=tls-server-end-point,,", endPoint.shared(), nonce());
  }

  public String mechanism() {
    return mechanism;
  }

  /// PostgreSQL takes the user name from the start-up message and ignores this one.
  public String first() {
    return gs2Header + firstBare();
  }

  private String firstBare() {
    return "n=,r=" + nonce;
  }

  /// @throws WireException when it is no challenge, not for our request, or asks for too much work
  public Scram.ServerFirst challenged(String serverFirst) {
    Scram.ServerFirst first = Scram.serverFirst(serverFirst, nonce);
    if (first.iterations() < 1 || first.iterations() > Scram.MAX_ITERATIONS) {
      throw new WireException("SCRAM iteration count " + first.iterations() + " out of range");
    }
    challenge = serverFirst;
    return first;
  }

  /// The final message with the proof; comes after [#challenged].
  public String last(ByteString clientKey, ByteString serverKey) {
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    byte[] binding = java.util.Arrays.copyOf(header, header.length + bindingData.length);
    System.arraycopy(bindingData, 0, binding, header.length, bindingData.length);
    String withoutProof =
        "c="
            + Base64.getEncoder().encodeToString(binding)
            + ",r="
            + Scram.serverFirst(challenge, nonce).nonce();
    String authMessage = firstBare() + "," + challenge + "," + withoutProof;
    expected = "v=" + Scram.serverSignature(serverKey, authMessage);
    return withoutProof + ",p=" + Scram.proof(clientKey, authMessage);
  }

  /// Whether the server's final message shows that it holds the verifier.
  public boolean proven(String serverFinal) {
    return !expected.isEmpty()
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8),
            serverFinal.getBytes(StandardCharsets.UTF_8));
  }

  static String nonce() {
    byte[] random = new byte[NONCE_BYTES];
    RANDOM.nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }
}
