package org.relevo.proxy.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final byte[] MAC = HexFormat.of().parseHex("020000000001");
  private static final byte[] OTHER = HexFormat.of().parseHex("020000000002");
  private static final InetAddress FOUR = InetAddress.ofLiteral("10.0.0.100");
  private static final InetAddress SIX = InetAddress.ofLiteral("fd00::100");

  @Test
  void aProbeAsksWithoutAnAddressOfItsOwn() {
    assertThat(HexFormat.of().formatHex(Frames.probe(MAC, FOUR)))
        .isEqualTo(
            "ffffffffffff"
                + "020000000001"
                + "0806"
                + "0001080006040001"
                + "020000000001"
                + "00000000"
                + "000000000000"
                + "0a000064");
  }

  @Test
  void whoAnnouncesAnAddressHasIt() {
    for (InetAddress address : new InetAddress[] {FOUR, SIX}) {
      for (byte[] frame : Frames.announcement(OTHER, address)) {
        assertThat(Frames.holder(frame, MAC, address)).isEqualTo(OTHER);
        assertThat(Frames.holder(frame, OTHER, address)).as("oneself").isEmpty();
        for (int length = 0; length < frame.length; length++) {
          byte[] cut = Arrays.copyOf(frame, length);
          assertThat(Frames.holder(cut, MAC, address).length).isIn(0, 6);
        }
      }
      byte[] another = Frames.announcement(OTHER, InetAddress.ofLiteral("10.0.0.101"))[0];
      assertThat(Frames.holder(another, MAC, address)).isEmpty();
    }
  }

  @Test
  void whoAsksHasItNot() {
    assertThat(Frames.holder(Frames.probe(OTHER, FOUR), MAC, FOUR)).isEmpty();
    assertThat(Frames.holder(Frames.probe(OTHER, SIX), MAC, SIX)).isEmpty();
  }

  /// The sum over a packet with its checksum in it is nought (RFC 1071).
  @Test
  void checksumsAreRight() {
    byte[] packet = Frames.tickle(FOUR, 9999, InetAddress.ofLiteral("10.0.0.7"), 40_000);
    byte[] tcp = Arrays.copyOfRange(packet, 20, 40);
    byte[] pseudo = HexFormat.of().parseHex("0a0000640a00000700060014");
    assertThat(Frames.checksum(pseudo, tcp)).isZero();

    byte[] frame = Frames.announcement(MAC, SIX)[0];
    byte[] icmp = Arrays.copyOfRange(frame, 54, frame.length);
    byte[] head = new byte[40];
    System.arraycopy(frame, 22, head, 0, 32);
    head[35] = (byte) icmp.length;
    head[39] = 58;
    assertThat(Frames.checksum(head, icmp)).isZero();
  }
}
