package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
  @Test
  void rootKeepsItsStateInVarLib() {
    assertThat(new Surroundings("box", "root", Path.of("/root"), Map.of()).dataDirectory())
        .isEqualTo(Path.of("/var/lib/relevo"));
    assertThat(
            new Surroundings("box", "dba", Path.of("/home/dba"), Map.of("XDG_STATE_HOME", "/s"))
                .dataDirectory())
        .isEqualTo(Path.of("/s/relevo"));
  }

  @Test
  void theKeyIsWherePgpoolLooksForIt() {
    assertThat(new Surroundings("box", "dba", Path.of("/home/dba"), Map.of()).keyFile())
        .isEqualTo(Path.of("/home/dba/.pgpoolkey"));
    assertThat(
            new Surroundings("box", "dba", Path.of("/h"), Map.of("PGPOOLKEYFILE", "/k")).keyFile())
        .isEqualTo(Path.of("/k"));
  }
}
