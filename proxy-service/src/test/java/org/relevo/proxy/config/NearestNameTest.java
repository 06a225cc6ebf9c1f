package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> KNOWN = List.of("port", "jmx_port", "listen_addresses");

  @Test
  void aSlipFindsItsName() {
    assertThat(NearestName.of("listen_adresses", KNOWN)).contains("listen_addresses");
    assertThat(NearestName.of("prot", KNOWN)).contains("port");
    assertThat(NearestName.of("jmxport", KNOWN)).contains("jmx_port");
  }

  @Test
  void nothingIsProposedForSomethingElse() {
    assertThat(NearestName.of("shared_buffers_and_more", KNOWN)).isEmpty();
    assertThat(NearestName.of("x".repeat(1000), KNOWN)).isEmpty();
  }
}
