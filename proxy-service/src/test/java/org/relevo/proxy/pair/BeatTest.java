package org.relevo.proxy.pair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BeatTest {
  private static final BeatKey KEY = new BeatKey("0123456789abcdef".getBytes(UTF_8));
  private static final BeatKey OTHER = new BeatKey("0123456789abcdeg".getBytes(UTF_8));
  private static final Beat BEAT =
      new Beat("pgsql1", 1, 99, 7, 12, 6, new Claim(5, Claim.Standing.ALONE), true);

  @Test
  void itComesBackAsItWas() {
    assertThat(Beat.decode(BEAT.encode(KEY), KEY)).contains(BEAT);
  }

  @Test
  void anotherKeyOrAnyChangeIsRefused() {
    byte[] bytes = BEAT.encode(KEY);
    assertThat(Beat.decode(bytes, OTHER)).isEmpty();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThat(Beat.decode(changed, KEY)).isEmpty();
    }
    for (int length = 0; length < bytes.length; length++) {
      assertThat(Beat.decode(Arrays.copyOf(bytes, length), KEY)).isEmpty();
    }
  }

  @Test
  void whatIsSignedAndMakesNoSenseIsRefused() {
    Random random = new Random(8);
    for (int i = 0; i < 2000; i++) {
      byte[] content = new byte[random.nextInt(80)];
      random.nextBytes(content);
      byte[] mac = KEY.sign(content);
      byte[] all = Arrays.copyOf(content, content.length + mac.length);
      System.arraycopy(mac, 0, all, content.length, mac.length);
      assertThat(Beat.decode(all, KEY)).isEmpty();
    }
  }
}
