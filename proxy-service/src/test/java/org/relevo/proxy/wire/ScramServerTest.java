package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// With the exchange printed in RFC 7677, section 3 (password `pencil`), and with clients that do
/// not keep to it.
class ScramServerTest {
  private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE;
  private static final String SERVER_FIRST = "r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String CLIENT_FINAL = "c=biws,r=" + NONCE + ",p=" + PROOF;
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
  private static final ByteString END_POINT =
      ByteString.copyOf("certificate".getBytes(StandardCharsets.US_ASCII));
  private static final ScramVerifier VERIFIER =
      Scram.verifier(
          "pencil",
          ByteString.copyOf(Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==")),
          4096);

  @Test
  void theExchangeOfTheStandard() {
    ScramServer server = plain();
    assertThat(server.first(CLIENT_FIRST)).isEqualTo(SERVER_FIRST);
    ScramServer.Proven proven = server.last(CLIENT_FINAL).orElseThrow();
    assertThat(proven.serverFinal()).isEqualTo(SERVER_FINAL);
    Scram.Keys keys = Scram.keys("pencil", VERIFIER.salt(), 4096);
    assertThat(proven.key()).isEqualTo(keys.clientKey());
    assertThat(proven.toString() + keys).isEqualTo("Proven[****]Keys[****]");
  }

  @Test
  void aWrongProofIsNoError() {
    ScramServer server = plain();
    String _ = server.first(CLIENT_FIRST);
    String other = PROOF.replace('d', 'e');
    assertThat(server.last("c=biws,r=" + NONCE + ",p=" + other)).isEmpty();
  }

  @Test
  void clientAndServerOfTheServiceUnderstandEachOther() {
    for (boolean bound : new boolean[] {false, true}) {
      ScramClient client = bound ? ScramClient.bound(END_POINT) : ScramClient.unbound(false);
      ScramServer server =
          new ScramServer(bound ? Optional.of(END_POINT) : Optional.empty(), bound, VERIFIER);
      assertThat(server.accepts(client.mechanism())).isTrue();
      Scram.ServerFirst challenge = client.challenged(server.first(client.first()));
      Scram.Keys keys = Scram.keys("pencil", challenge.salt(), challenge.iterations());
      String last = client.last(keys.clientKey(), keys.serverKey());
      String proof = server.last(last).orElseThrow().serverFinal();
      assertThat(client.proven(proof)).isTrue();
      assertThat(client.proven(proof.replaceFirst("v=.", "v=_"))).isFalse();
      assertThat(client.proven("e=invalid-proof")).isFalse();
    }
  }

  @Test
  void offersDependOnTheChannel() {
    assertThat(offer(false, false)).isEqualTo("SCRAM-SHA-256\0\0");
    assertThat(offer(true, false)).isEqualTo("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
    assertThat(offer(true, true)).isEqualTo("SCRAM-SHA-256-PLUS\0\0");
    assertThat(plain().accepts(Scram.MECHANISM_PLUS)).isFalse();
    assertThat(plain().accepts("PLAIN")).isFalse();
    ScramServer required = new ScramServer(Optional.of(END_POINT), true, VERIFIER);
    assertThat(required.accepts(Scram.MECHANISM)).isFalse();
    assertThat(required.accepts(Scram.MECHANISM_PLUS)).isTrue();
  }

  private static String offer(boolean canBind, boolean required) {
    return new String(ScramServer.offer(canBind, required), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "''                                 | 08P01",
        "x,,n=,r=abc                        | 08P01",
        "n,,n=                              | 08P01",
        "n,,r=abc                           | 08P01",
        "n,,n=,r=                           | 08P01",
        "n,,n=,r=a\u007fb                   | 08P01",
        "n,,n=,r=aéb                        | 08P01",
        "n=x,,n=,r=abc                      | 08P01",
        "p=tls-server-end-point,,n=,r=abc   | 08P01",
        "n,a=other,n=,r=abc                 | 0A000",
        "n,,m=ext,n=,r=abc                  | 0A000",
      })
  void clientsThatBreakTheRulesAreToldSo(String first, String state) {
    LoginRefused refused = catchThrowableOfType(LoginRefused.class, () -> plain().first(first));
    assertThat(refused.error().sqlState()).isEqualTo(state);
  }

  @Test
  void messagesAreBounded() {
    assertThatThrownBy(() -> plain().first("n,,n=,r=" + "a".repeat(1100)))
        .isInstanceOf(LoginRefused.class);
    ScramServer server = plain();
    String _ = server.first(CLIENT_FIRST);
    assertThatThrownBy(() -> server.last("c=biws,r=" + "a".repeat(1100) + ",p=" + PROOF))
        .isInstanceOf(LoginRefused.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c=biws,r=NONCE                 | 08P01",
        "c=biws,r=NONCE,p=              | 08P01",
        "c=biws,r=NONCE,p=AAAA          | 08P01",
        "c=biws,r=NONCEx,p=PROOF        | 08P01",
        "r=NONCE,p=PROOF                | 08P01",
        "c=biws,p=PROOF                 | 08P01",
        "c=eSws,r=NONCE,p=PROOF         | 28000",
      })
  void finalMessagesAreChecked(String last, String state) {
    ScramServer server = plain();
    String _ = server.first(CLIENT_FIRST);
    String message = last.replace("NONCE", NONCE).replace("PROOF", PROOF);
    LoginRefused refused = catchThrowableOfType(LoginRefused.class, () -> server.last(message));
    assertThat(refused.error().sqlState()).isEqualTo(state);
  }

  @Test
  void anOfferThatWasTakenAwayIsNoticed() {
    ScramServer server = new ScramServer(Optional.of(END_POINT), false, VERIFIER);
    assertThat(server.accepts(Scram.MECHANISM)).isTrue();
    assertThatThrownBy(() -> server.first(ScramClient.unbound(true).first()))
        .isInstanceOfSatisfying(
            LoginRefused.class,
            e -> {
              assertThat(e.error().sqlState()).isEqualTo("28000");
              assertThat(e.error().message()).isEqualTo("SCRAM channel binding negotiation error");
            });
    // A client that cannot bind says so and may come in.
    assertThat(server.first(ScramClient.unbound(false).first())).startsWith("r=");
  }

  @Test
  void plusNeedsBindingData() {
    ScramServer server = new ScramServer(Optional.of(END_POINT), false, VERIFIER);
    assertThat(server.accepts(Scram.MECHANISM_PLUS)).isTrue();
    assertThatThrownBy(() -> server.first("n,,n=,r=abc")).isInstanceOf(LoginRefused.class);
    assertThatThrownBy(() -> server.first("p=tls-unique,,n=,r=abc"))
        .hasMessage("unsupported SCRAM channel-binding type");
  }

  @Test
  void serversCannotMakeUsComputeForLong() {
    for (String count : new String[] {"0", "1000001", "999999999", "9999999999", "-1"}) {
      ScramClient client = ScramClient.unbound(false);
      String nonce = client.first().substring(client.first().indexOf("r=") + 2);
      assertThatThrownBy(() -> client.challenged("r=" + nonce + "x,s=c2FsdA==,i=" + count))
          .as(count)
          .isInstanceOf(WireException.class);
    }
    assertThatThrownBy(() -> Scram.keys("x", VERIFIER.salt(), 1_000_001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mockVerifiersStayTheSameAndFitNothing() {
    ScramVerifier mock = Scram.mockVerifier(END_POINT, "ana");
    assertThat(mock).isEqualTo(Scram.mockVerifier(END_POINT, "ana"));
    assertThat(mock.salt()).isNotEqualTo(Scram.mockVerifier(END_POINT, "bob").salt());
    assertThat(mock.salt().length()).isEqualTo(16);
    assertThat(Scram.matches(mock, "pencil")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "pencil, pencil",
    "I\u00adX, IX",
    "\u00aa, a",
    "\u2168, IX",
    "a\u00a0b, a b",
    // Prohibited ones stay as they are.
    "\u00adx\u0007y, \u00adx\u0007y",
    "\u06271, \u06271",
  })
  void passwordsArePreparedAsTheStandardSays(String password, String prepared) {
    assertThat(SaslPrep.prepare(password)).isEqualTo(prepared);
  }

  @Test
  void emptyPasswordsHaveKeysToo() {
    assertThat(Scram.keys("", VERIFIER.salt(), 10).clientKey().length()).isEqualTo(32);
  }

  private static ScramServer plain() {
    ScramServer server = new ScramServer(Optional.empty(), false, VERIFIER, SERVER_NONCE);
    assertThat(server.accepts(Scram.MECHANISM)).isTrue();
    return server;
  }
}
