package org.relevo.proxy.recovery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ScramSha256Test {
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  @Test
  void theServersSignatureIsChecked() throws IOException {
    ScramSha256 scram = new ScramSha256("pencil", NONCE);
    assertThat(scram.clientFirst()).isEqualTo("n,,n=,r=" + NONCE);
    assertThat(scram.clientFinal(SERVER_FIRST)).startsWith("c=biws,r=" + NONCE).contains(",p=");
    assertThatThrownBy(() -> scram.verify("v=AAAA")).hasMessageContaining("signature");
  }

  @Test
  void hostileServersAreRefused() {
    ScramSha256 scram = new ScramSha256("pencil", NONCE);
    assertThatThrownBy(() -> scram.clientFinal("r=other,s=AAAA,i=4096"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> scram.clientFinal("r=" + NONCE + ",s=AAAA,i=4096"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> scram.clientFinal("r=" + NONCE + "x,s=AAAA,i=99999999"))
        .hasMessageContaining("out of range");
    assertThatThrownBy(() -> scram.clientFinal("r=" + NONCE + "x,s=!,i=4096"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> scram.verify("v=")).hasMessageContaining("signature");
  }
}
