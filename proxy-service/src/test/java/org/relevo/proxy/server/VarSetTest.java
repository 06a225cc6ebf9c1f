package org.relevo.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VarSetTest {
  @Test
  void equalSettingsAreEqualHoweverTheyCameAbout() {
    VarSet made = VarSet.of(Map.of("b", "2", "a", "1"));
    VarSet grown = VarSet.EMPTY.with("b", "2").with("a", "0").with("a", "1");
    assertThat(grown).isEqualTo(made).hasSameHashCodeAs(made);
    assertThat(grown).isNotEqualTo(made.with("c", "3")).isNotEqualTo(made.with("a", "2"));
    assertThat(made).isNotEqualTo(made.values());
  }

  @Test
  void theEmptySetIsOne() {
    assertThat(VarSet.of(Map.of())).isSameAs(VarSet.EMPTY);
    assertThat(VarSet.EMPTY.isEmpty()).isTrue();
    assertThat(VarSet.EMPTY.with("a", "").isEmpty()).isFalse();
  }

  @Test
  void aSettingThatIsThereAlreadyChangesNothing() {
    VarSet set = VarSet.of(Map.of("a", "1"));
    assertThat(set.with("a", "1")).isSameAs(set);
    VarSet other = set.with("a", "2");
    assertThat(set.values()).containsEntry("a", "1");
    assertThat(other.values()).containsEntry("a", "2");
  }

  @Test
  void namesAreSorted() {
    assertThat(VarSet.of(Map.of("c", "", "a", "", "b", "")).values().keySet())
        .containsExactly("a", "b", "c");
  }

  @Test
  void nobodyCanChangeIt() {
    Map<String, String> source = new HashMap<>(Map.of("a", "1"));
    VarSet set = VarSet.of(source);
    source.put("a", "2");
    assertThat(set.values()).containsEntry("a", "1");
    assertThatThrownBy(() -> set.values().put("b", "2"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void valuesAreNotShown() {
    assertThat(VarSet.of(Map.of("app.token", "secret"))).hasToString("VarSet[app.token]");
  }
}
