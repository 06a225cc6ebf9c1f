package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Bytes as in the PostgreSQL manual, "Message Formats".
class FrontendMessagesTest {
  private final ByteBuf out = Unpooled.buffer();

  private String hex() {
    return ByteBufUtil.hexDump(out);
  }

  @Test
  void aStartupPacketIsReadBack() {
    FrontendMessages.startup(out, 2, Map.of("user", "ana"));
    StartupRequest request = StartupParser.parse(out);
    assertThat(request).isInstanceOf(StartupRequest.Startup.class);
    assertThat(out.isReadable()).isFalse();
  }

  @Test
  void aQueryIsAStringWithItsEnd() {
    FrontendMessages.query(out, "a");
    assertThat(hex()).isEqualTo("51" + "00000006" + "6100");
  }

  @Test
  void parseHoldsNameTextAndTypesInTheClientsEncoding() {
    FrontendMessages.parse(out, "s", "ñ", List.of(23), StandardCharsets.ISO_8859_1);
    assertThat(hex()).isEqualTo("50" + "0000000e" + "7300" + "f100" + "0001" + "00000017");
  }

  @Test
  void bindSendsTextParameters() {
    FrontendMessages.bind(out, List.of("é"), StandardCharsets.UTF_8);
    assertThat(hex())
        .isEqualTo("42" + "00000012" + "00" + "00" + "0000" + "0001" + "00000002c3a9" + "0000");
  }

  @Test
  void theEndOfAGroupIsShort() {
    FrontendMessages.execute(out);
    FrontendMessages.sync(out);
    FrontendMessages.terminate(out);
    assertThat(hex()).isEqualTo("4500000009" + "0000000000" + "5300000004" + "5800000004");
  }

  @Test
  void passwordsAndSaslAnswersShareATag() {
    FrontendMessages.password(out, "p");
    FrontendMessages.saslResponse(out, "r");
    assertThat(hex()).isEqualTo("70" + "00000006" + "7000" + "70" + "00000005" + "72");
  }

  @Test
  void aSaslInitialResponseIsReadBack() {
    FrontendMessages.saslInitial(out, "SCRAM-SHA-256", "n,,n=,r=x");
    byte[] body = ByteBufUtil.getBytes(out, 5, out.readableBytes() - 5);
    assertThat(FrontendMessages.readSaslInitial(body, body.length))
        .isEqualTo(Map.entry("SCRAM-SHA-256", "n,,n=,r=x"));
  }

  @Test
  void lengthsThatDoNotFitAreRefused() {
    byte[] tooLong = {'S', 0, 0, 0, 0, 9, 'x'};
    assertThatThrownBy(() -> FrontendMessages.readSaslInitial(tooLong, tooLong.length))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("data length 9");
    byte[] cut = {'S', 0, 0};
    assertThatThrownBy(() -> FrontendMessages.readSaslInitial(cut, cut.length))
        .isInstanceOf(WireException.class);
    byte[] endless = {'S', 'S'};
    assertThatThrownBy(() -> FrontendMessages.readSaslInitial(endless, endless.length))
        .isInstanceOf(WireException.class);
  }
}
