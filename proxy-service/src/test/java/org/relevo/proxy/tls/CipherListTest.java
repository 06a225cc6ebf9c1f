package org.relevo.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherListTest {
  private static final String ECDSA_256 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
  private static final String ECDSA_128 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
  private static final String RSA_128 = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  private static final String RSA_CHACHA = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
  private static final String DHE_CBC = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256";
  private static final List<String> ALL =
      List.of(ECDSA_256, ECDSA_128, RSA_128, RSA_CHACHA, DHE_CBC);

  /// The digits are positions in [#ALL]; each line is what `openssl ciphers` does.
  @ParameterizedTest
  @CsvSource({
    "HIGH:MEDIUM:+3DES:!aNULL, 01234",
    "HIGH:!DHE, 0123",
    "ECDHE-RSA-AES128-GCM-SHA256, 2",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 2",
    "aRSA:aECDSA, 23401",
    "HIGH:+ECDSA, 23401",
    "ECDHE+AESGCM, 012",
    "EECDH+aRSA+CHACHA20:DHE, 34",
    "ALL:!AES128, 03",
    "!CHACHA20:ALL, 0124",
    "ALL:-aRSA:DHE, 014",
    "AES128:AES256:@STRENGTH, 0124",
    "SHA256, 4",
    "NOSUCH:AESGCM, 012",
    "RC4:3DES, ''",
  })
  void expressionsChooseAsOpenSslDoes(String expression, String expected) {
    List<String> wanted = expected.chars().mapToObj(digit -> ALL.get(digit - '0')).toList();
    assertThat(CipherList.choose(expression, ALL)).isEqualTo(wanted);
  }

  @Test
  void anExpressionThatLeavesNothingIsRefused() {
    assertThatThrownBy(() -> CipherList.suites("RC4", "ssl_ciphers"))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("'RC4' leaves no cipher suite");
  }

  @Test
  void theSuitesOfTls13AreAlwaysThere() throws Exception {
    assertThat(CipherList.suites("AESGCM", "ssl_ciphers"))
        .contains("TLS_AES_256_GCM_SHA384", RSA_128)
        .noneMatch(suite -> suite.contains("_CBC_"));
  }

  @Test
  void groupsHaveJavasNames() throws Exception {
    assertThat(Groups.of("X25519:prime256v1", "ssl_ecdh_curve"))
        .containsExactly("x25519", "secp256r1");
    assertThatThrownBy(() -> Groups.of("brainpool", "ssl_ecdh_curve"))
        .hasMessageContaining("'brainpool' is not known");
  }
}
