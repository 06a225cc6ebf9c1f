package org.relevo.proxy.wire;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.core.SqlState;

/// The server's side of one SCRAM-SHA-256 exchange, as strict and with the same texts as
/// PostgreSQL's. Nothing here iterates.
///
/// Owner: the client's event loop; one exchange per object.
public final class ScramServer {
  /// PostgreSQL's PG_MAX_SASL_MESSAGE_LENGTH.
  public static final int MAX_MESSAGE_BYTES = 1024;

  private static final Pattern CLIENT_FIRST =
      Pattern.compile("(([nyp])(?:=([^,]*))?,([^,]*),)((m=[^,]*,)?[^,]*,r=([!-+\\--~]+)(?:,.*)?)");
  private static final Pattern PROOF = Pattern.compile("[A-Za-z0-9+/]{43}=");
  private static final String PROOF_MARK = ",p=";

  private final Optional<ByteString> endPoint;
  private final boolean required;
  private final ScramVerifier verifier;
  private final String serverNonce;
  private String gs2Header = "";
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String nonce = "";
  private boolean bound;

  /// @param key what a later login to a server with the same verifier needs
  /// @param serverFinal proves the server; to be sent
  public record Proven(ByteString key, String serverFinal) {
    @Override
    public String toString() {
      return "Proven[****]";
    }
  }

  /// @param endPoint `tls-server-end-point` of the certificate that we showed; empty without TLS
  /// @param required whether a client without channel binding is refused
  public ScramServer(Optional<ByteString> endPoint, boolean required, ScramVerifier verifier) {
    this(endPoint, required, verifier, ScramClient.nonce());
  }

  ScramServer(
      Optional<ByteString> endPoint, boolean required, ScramVerifier verifier, String nonce) {
    this.endPoint = endPoint;
    this.required = required;
    this.verifier = verifier;
    this.serverNonce = nonce;
  }

  /// The list of mechanisms in an AuthenticationSASL request, best first.
  public static byte[] offer(boolean canBind, boolean required) {
    String offered = canBind ? Scram.MECHANISM_PLUS + "\0" : "";
    if (!required) {
      offered += Scram.MECHANISM + "\0";
    }
    return (offered + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  /// @return whether a client may choose this mechanism
  public boolean accepts(String mechanism) {
    bound = mechanism.equals(Scram.MECHANISM_PLUS);
    return bound ? endPoint.isPresent() : mechanism.equals(Scram.MECHANISM) && !required;
  }

  /// @return the server's first message
  /// @throws LoginRefused when the client's is not in order
  public String first(String clientFirst) {
    Matcher matcher = CLIENT_FIRST.matcher(clientFirst);
    if (clientFirst.length() > MAX_MESSAGE_BYTES || !matcher.matches()) {
      throw malformed("The client's first message does not have the form of SCRAM.");
    }
    checkBinding(matcher.group(2), matcher.group(3));
    if (!matcher.group(4).isEmpty()) {
      throw new LoginRefused(
          BackendError.fatal(
              SqlState.FEATURE_NOT_SUPPORTED,
              "client uses authorization identity, but it is not supported"));
    }
    if (matcher.group(6) != null) {
      throw new LoginRefused(
          BackendError.fatal(
              SqlState.FEATURE_NOT_SUPPORTED, "client requires an unsupported SCRAM extension"));
    }
    if (!matcher.group(5).startsWith("n=")) {
      throw malformed("Attribute \"n\" was expected.");
    }
    gs2Header = matcher.group(1);
    clientFirstBare = matcher.group(5);
    nonce = matcher.group(7) + serverNonce;
    serverFirst =
        "r="
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(verifier.salt().shared())
            + ",i="
            + verifier.iterations();
    return serverFirst;
  }

  private void checkBinding(String flag, String name) {
    if (bound != flag.equals("p")) {
      throw malformed(
          bound
              ? "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include"
                  + " channel binding data."
              : "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message"
                  + " includes channel binding data.");
    }
    if (flag.equals("p") ? !"tls-server-end-point".equals(name) : name != null) {
      throw new LoginRefused(
          BackendError.fatal(
              SqlState.PROTOCOL_VIOLATION, "unsupported SCRAM channel-binding type"));
    }
    if (flag.equals("y") && endPoint.isPresent()) {
      // Somebody between us took the offer of channel binding out.
      throw LoginRefused.of(
          SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
          "SCRAM channel binding negotiation error",
          "The client supports SCRAM channel binding but thinks the server does not.  However,"
              + " this server does support channel binding.");
    }
  }

  /// @return empty when the proof is wrong
  /// @throws LoginRefused when the message is not in order
  public Optional<Proven> last(String clientFinal) {
    int mark = clientFinal.lastIndexOf(PROOF_MARK);
    if (clientFinal.length() > MAX_MESSAGE_BYTES || mark < 0) {
      throw malformed("The client's final message holds no proof.");
    }
    String withoutProof = clientFinal.substring(0, mark);
    String proof = clientFinal.substring(mark + PROOF_MARK.length());
    String[] attributes = withoutProof.split(",", -1);
    if (attributes.length < 2
        || !attributes[0].startsWith("c=")
        || !attributes[1].startsWith("r=")
        || !PROOF.matcher(proof).matches()) {
      throw malformed("The client's final message does not have the form of SCRAM.");
    }
    if (!attributes[0].equals("c=" + binding())) {
      throw new LoginRefused(
          BackendError.fatal(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding check failed"));
    }
    if (!attributes[1].equals("r=" + nonce)) {
      throw LoginRefused.of(
          SqlState.PROTOCOL_VIOLATION, "invalid SCRAM response", "Nonce does not match.");
    }
    String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
    byte[] decoded = Base64.getDecoder().decode(proof);
    return Scram.clientKey(verifier, decoded, authMessage)
        .map(key ->
            new Proven(key, "v=" + Scram.serverSignature(verifier.serverKey(), authMessage)));
  }

  private String binding() {
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    byte[] data = bound ? endPoint.orElseThrow().shared() : new byte[0];
    byte[] all = java.util.Arrays.copyOf(header, header.length + data.length);
    System.arraycopy(data, 0, all, header.length, data.length);
    return Base64.getEncoder().encodeToString(all);
  }

  private static LoginRefused malformed(String detail) {
    return LoginRefused.of(SqlState.PROTOCOL_VIOLATION, "malformed SCRAM message", detail);
  }
}
