package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

/// With the exchange printed in RFC 7677, section 3 (password `pencil`).
class ScramTest {
  private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String AUTH_MESSAGE =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,"
          + SERVER_FIRST
          + ",c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String SERVER_SIGNATURE = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  @Test
  void theKeyOfAnObservedExchangeMakesTheSameProof() throws Exception {
    ScramVerifier verifier = verifier("pencil");
    byte[] proof = Base64.getDecoder().decode(PROOF);

    ByteString key = Scram.clientKey(verifier, proof, AUTH_MESSAGE).orElseThrow();

    assertThat(Scram.proof(key, AUTH_MESSAGE)).isEqualTo(PROOF);
    assertThat(Scram.serverSignature(verifier.serverKey(), AUTH_MESSAGE))
        .isEqualTo(SERVER_SIGNATURE);
    assertThat(Scram.proof(key, AUTH_MESSAGE + "x")).isNotEqualTo(PROOF);
  }

  @Test
  void aProofForAnotherPasswordGivesNoKey() throws Exception {
    byte[] proof = Base64.getDecoder().decode(PROOF);
    assertThat(Scram.clientKey(verifier("pencils"), proof, AUTH_MESSAGE)).isEmpty();
    assertThat(Scram.clientKey(verifier("pencil"), new byte[5], AUTH_MESSAGE)).isEmpty();
  }

  @Test
  void challengesAreChecked() throws Exception {
    Scram.ServerFirst first = Scram.serverFirst(SERVER_FIRST, CLIENT_NONCE);
    assertThat(first.iterations()).isEqualTo(4096);
    assertThat(first.fits(verifier("pencil"))).isTrue();
    for (String bad :
        new String[] {
          "",
          "r=other,s=AAAA,i=4096",
          "r=" + CLIENT_NONCE + ",s=AAAA,i=1",
          "e=other-error",
          "r=" + CLIENT_NONCE + "x,s=AAAA,i=99999999999",
          "r=" + CLIENT_NONCE + "x,s=A,i=1"
        }) {
      assertThatThrownBy(() -> Scram.serverFirst(bad, CLIENT_NONCE))
          .as(bad)
          .isInstanceOf(WireException.class);
    }
  }

  @Test
  void verifiersAreReadAsPostgresStoresThem() {
    String zeros = "A".repeat(43) + "=";
    assertThat(ScramVerifier.parse("SCRAM-SHA-256$4096:c2FsdA==$" + zeros + ":" + zeros))
        .hasValueSatisfying(verifier -> assertThat(verifier.iterations()).isEqualTo(4096));
    assertThat(ScramVerifier.parse("md5" + "0".repeat(32))).isEmpty();
    assertThat(ScramVerifier.parse("SCRAM-SHA-256$4096:c2FsdA==$AAAA:" + zeros)).isEmpty();
  }

  @Test
  void md5AnswersComeFromTheStoredHash() {
    String stored = Md5Password.hash("ana", "secret");
    assertThat(Md5Password.isHash(stored)).isTrue();
    assertThat(Md5Password.answer(stored, new byte[] {1, 2, 3, 4}))
        .matches("md5[0-9a-f]{32}")
        .isNotEqualTo(stored);
  }

  private static ScramVerifier verifier(String password) throws Exception {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    byte[] salted =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 4096, 256))
            .getEncoded();
    byte[] clientKey = Scram.hmac(salted, "Client Key");
    return new ScramVerifier(
        4096,
        ByteString.copyOf(salt),
        ByteString.copyOf(Scram.sha256(clientKey)),
        ByteString.copyOf(Scram.hmac(salted, "Server Key")));
  }

  @Test
  void secretsAreNotShown() throws Exception {
    assertThat(verifier("pencil").toString()).isEqualTo("ScramVerifier[****]");
    assertThat(ByteString.copyOf("pw".getBytes(StandardCharsets.UTF_8)).toString())
        .isEqualTo("ByteString[2]");
  }
}
