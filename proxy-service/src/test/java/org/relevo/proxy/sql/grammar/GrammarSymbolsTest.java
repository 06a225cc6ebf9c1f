package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarSymbolsTest {
  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18})
  void everySymbolIsFoundAndShowsItsExamples(int major) {
    GrammarSymbols symbols = GrammarTables.of(major).symbols();
    Set<Symbol> absent = EnumSet.noneOf(Symbol.class);
    for (Symbol symbol : Symbol.values()) {
      int id = symbols.id(symbol);
      if (id == GrammarSymbols.ABSENT) {
        absent.add(symbol);
      } else {
        assertThat(symbols.name(id)).isEqualTo(symbol);
      }
    }
    assertThat(absent)
        .isEqualTo(
            switch (major) {
              case 13 -> EnumSet.of(Symbol.MERGE, Symbol.BEGIN);
              case 14 -> EnumSet.of(Symbol.MERGE);
              default -> EnumSet.noneOf(Symbol.class);
            });
  }
}
