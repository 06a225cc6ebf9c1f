package org.relevo.proxy.resource.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.resource.spec.ResourceSpec.Program;

class ResourceSpecTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.5, 10.0.0.5, 32, ''",
    "10.0.0.5/24, 10.0.0.5, 24, ''",
    "10.0.0.5/24/eth0, 10.0.0.5, 24, eth0",
    "10.0.0.5/24/eth0/10.0.0.255, 10.0.0.5, 24, eth0",
    "10.0.0.5@eth0, 10.0.0.5, 32, eth0",
    "IPaddr::10.0.0.5, 10.0.0.5, 32, ''",
    "IPaddr2::10.0.0.5/24/eth0, 10.0.0.5, 24, eth0",
    "IPv6addr::fd00::5/64, fd00::5, 64, ''",
    "fd00::5@eth0, fd00::5, 128, eth0"
  })
  void addresses(String text, String address, int prefix, String device) {
    assertThat(ResourceSpec.parse(text))
        .isEqualTo(new ResourceSpec.Address(InetAddress.ofLiteral(address), prefix, device));
  }

  @Test
  void programs() {
    assertThat(ResourceSpec.parse("systemd:report@1.service"))
        .isEqualTo(
            new Program(
                Program.Kind.SYSTEMD, "systemd:report@1.service", "report@1.service", List.of()));
    assertThat(ResourceSpec.parse("/bin/true::a::b"))
        .isEqualTo(
            new Program(Program.Kind.LSB, "/bin/true::a::b", "/bin/true", List.of("a", "b")));
    assertThat(ResourceSpec.parse("ocf:/bin/true::key=value"))
        .isEqualTo(
            new Program(
                Program.Kind.OCF, "ocf:/bin/true::key=value", "/bin/true", List.of("key=value")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.5/33",
        "300.0.0.1",
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "fd00::5/129",
        "systemd:a b",
        "systemd:-x;y",
        "systemd:a::b",
        "ocf:name",
        "ocf:/bin/true::novalue",
        "no-such-program-anywhere",
        "../bin/true",
        ""
      })
  void whatIsNoResource(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ResourceSpec.parse(text));
  }
}
