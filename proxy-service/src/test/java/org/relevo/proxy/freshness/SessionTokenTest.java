package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.testkit.Seeds;

class SessionTokenTest {
  private static final SessionToken TOKEN =
      new SessionToken(7_571_234_567_890_123_456L, 3, Lsn.parse("16/B374D848"));

  @Test
  void aTokenIsReadAsItWasWritten() throws Exception {
    assertThat(TOKEN.text()).isEqualTo("r1aRJtubI_usAAAAADAAAAFrN02EhuO6OY");
    assertThat(SessionToken.parse(TOKEN.text())).isEqualTo(TOKEN);
    Random random = new Random(Seeds.first());
    for (int i = 0; i < 1_000; i++) {
      SessionToken any =
          new SessionToken(
              random.nextLong(), random.nextLong() & 0xFFFF_FFFFL, new Lsn(random.nextLong()));
      assertThat(any.text()).matches("r1[A-Za-z0-9_-]{32}");
      assertThat(SessionToken.parse(any.text())).isEqualTo(any);
    }
  }

  @Test
  void whatIsNoTokenIsRefusedWithItsReason() {
    refused("", "begin");
    refused("16/B374D848", "begin");
    refused("r", "begin");
    refused("r2" + TOKEN.text().substring(2), "version");
    refused(TOKEN.text() + "A", "35 characters instead of 34");
    refused(TOKEN.text().substring(0, 33), "33 characters");
    refused("r1" + "!".repeat(32), "characters that no token has");
    refused("r1" + "é".repeat(32), "characters that no token has");
    refused("r1" + "A".repeat(31) + "=", "");
    refused("r1" + "A".repeat(30) + "==", "");
    refused("r1".repeat(500_000), "characters instead");
  }

  @Test
  void everyChangedCharacterIsFound() {
    String text = TOKEN.text();
    for (int i = 2; i < text.length(); i++) {
      for (char other : new char[] {'A', '_', 'z', '7'}) {
        if (text.charAt(i) != other) {
          refused(text.substring(0, i) + other + text.substring(i + 1), "checksum");
        }
      }
    }
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> SessionToken.parse(text))
        .as(text.length() > 100 ? "a long text" : text)
        .isInstanceOf(SessionToken.Invalid.class)
        .hasMessageContaining(why);
  }
}
