package org.relevo.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;

class NodeStatementTextTest {
  @Test
  void theWordsAreThoseOfPgpool() {
    assertThat(NodeStatementText.noticed(new BackendId(1), "SELECT 1"))
        .isEqualTo("DB node id: 1 statement: SELECT 1");
    assertThat(NodeStatementText.logged(new BackendId(0), 77, "SELECT 1"))
        .isEqualTo("DB node id: 0 backend pid: 77 statement: SELECT 1");
  }

  @Test
  void aLongStatementIsCutBetweenCharacters() {
    String text = NodeStatementText.noticed(new BackendId(1), "x".repeat(9_999) + "😀y");
    assertThat(text).endsWith("x…").hasSize("DB node id: 1 statement: ".length() + 10_000);
  }
}
