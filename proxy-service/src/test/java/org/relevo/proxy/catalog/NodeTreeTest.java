package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeTreeTest {
  @Test
  void objectsAreFoundByTheirFields() {
    NodeTree tree =
        NodeTree.of(
            "({QUERY :commandType 1 :hasForUpdate false :rtable ({RANGETBLENTRY :eref <>"
                + " :rtekind 0 :relid 4294967295 :relkind r}) :targetList ({TARGETENTRY :expr"
                + " {FUNCEXPR :funcid 1574 :args ({OPEXPR :opno 96 :opfuncid 65} {AGGREF"
                + " :aggfnoid 2803} {WINDOWFUNC :winfnoid 3100} {FUNCEXPR :funcid 1574})}})})");
    assertThat(tree.functions()).containsExactlyInAnyOrder(1574, 65, 2803, 3100);
    assertThat(tree.operators()).containsExactly(96);
    assertThat(tree.relations()).containsExactly(-1);
    assertThat(tree.locks()).isFalse();
  }

  @Test
  void listsOfOperatorsAreReadWhole() {
    NodeTree tree = NodeTree.of("{ROWCOMPAREEXPR :rctype 1 :opnos (o 97 521 18000) :opfamilies}");
    assertThat(tree.operators()).containsExactly(97, 521, 18000);
  }

  @Test
  void locksAndWritesAreSeen() {
    assertThat(NodeTree.of("{QUERY :hasForUpdate true}").locks()).isTrue();
    assertThat(NodeTree.of("{QUERY :hasModifyingCTE true}").locks()).isTrue();
  }

  @Test
  void aTextThatBreaksOffIsReadToItsEnd() {
    assertThat(NodeTree.of("{FUNCEXPR :funcid 15").functions()).containsExactly(15);
    assertThat(NodeTree.of("{FUNCEXPR :funcid ").functions()).isEmpty();
    assertThat(NodeTree.of(":opnos (o ").operators()).isEmpty();
    assertThat(NodeTree.of("").functions()).isEmpty();
  }
}
