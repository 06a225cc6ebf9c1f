package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Scram;

/// Watches a client log in and keeps what a later login without the client needs. Passwords are
/// never kept; a SCRAM proof is of use only together with the role's verifier.
///
/// Owner: event loop of the session.
final class LoginObserver {
  /// How the client proved who it is.
  sealed interface Method {}

  record Trusted() implements Method {}

  record Md5() implements Method {}

  record ScramProof(
      String clientFirstBare, String serverFirst, String clientFinal, ByteString proof)
      implements Method {
    String authMessage() {
      return clientFirstBare + "," + serverFirst + "," + clientFinal;
    }
  }

  record NotRepeatable(String reason) implements Method {}

  private static final String PROOF_MARK = ",p=";

  private Method method = new Trusted();
  private int asked = BackendMessages.AUTH_OK;
  private String clientFirstBare = "";
  private String serverFirst = "";

  /// An authentication request passes to the client.
  void serverAsked(byte[] body) {
    asked = BackendMessages.authenticationKind(body);
    switch (asked) {
      case BackendMessages.AUTH_OK, BackendMessages.AUTH_SASL, BackendMessages.AUTH_SASL_FINAL -> {
        // the method is known by what the client answers
      }
      case BackendMessages.AUTH_SASL_CONTINUE ->
          serverFirst = new String(body, 4, body.length - 4, StandardCharsets.UTF_8);
      case BackendMessages.AUTH_MD5 -> method = new Md5();
      case BackendMessages.AUTH_CLEARTEXT ->
          method = new NotRepeatable("it logged in with a clear-text password");
      default -> method = new NotRepeatable("its authentication method cannot be repeated");
    }
  }

  /// A password message passes to the server.
  void clientAnswered(byte[] body, int length) {
    switch (asked) {
      case BackendMessages.AUTH_SASL -> firstMessage(body, length);
      case BackendMessages.AUTH_SASL_CONTINUE ->
          finalMessage(new String(body, 0, length, StandardCharsets.UTF_8));
      default -> {
        // clear text or md5: nothing is kept
      }
    }
  }

  Method method() {
    return method;
  }

  private void firstMessage(byte[] body, int length) {
    Map.Entry<String, String> initial = FrontendMessages.readSaslInitial(body, length);
    method = new NotRepeatable("its SCRAM exchange could not be followed");
    // The gs2 header is "n,," or "y,," without channel binding.
    String data = initial.getValue();
    boolean plain = data.startsWith("n,,") || data.startsWith("y,,");
    clientFirstBare = initial.getKey().equals(Scram.MECHANISM) && plain ? data.substring(3) : "";
  }

  private void finalMessage(String text) {
    int mark = text.lastIndexOf(PROOF_MARK);
    if (mark < 0 || clientFirstBare.isEmpty()) {
      return;
    }
    ByteString proof = decode(text.substring(mark + PROOF_MARK.length()));
    if (proof != null) {
      method = new ScramProof(clientFirstBare, serverFirst, text.substring(0, mark), proof);
    }
  }

  private static @Nullable ByteString decode(String base64) {
    try {
      return ByteString.copyOf(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException _) {
      return null; // the server will refuse this client anyhow
    }
  }
}
