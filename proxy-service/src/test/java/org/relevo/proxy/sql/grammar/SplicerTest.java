package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SplicerTest {
  @Test
  void callsAreReplacedAndAllElseStays() {
    String sql = "UPDATE \"T\" SET x=CURRENT_TIMESTAMP/* now() */, y = now ( ), s = $q$now()$q$";
    byte[] text = bytes(sql);
    GrammarTables tables = GrammarTables.of(18);
    SqlParser parser = new SqlParser();
    parser.parse(tables, text, 0, text.length, true);
    SyntaxTree tree = parser.tree();
    Splicer splicer = new Splicer(text, 0, text.length);
    for (int node = tree.nodes() - 1; node >= 0; node--) {
      Symbol name = tables.symbols().name(tree.symbol(node));
      if (name == Symbol.CALL_EXPRESSION || name == Symbol.KEYWORD_CALL) {
        splicer.replace(tree, node, bytes("('1'::t)"));
      }
    }
    assertThat(string(splicer.result()))
        .isEqualTo("UPDATE \"T\" SET x=('1'::t)/* now() */, y = ('1'::t), s = $q$now()$q$");
  }

  @Test
  void piecesAreInsertedInTheOrderInWhichTheyCome() {
    Splicer splicer = new Splicer(bytes("--ab--"), 2, 4);
    splicer.replace(4, 4, bytes("z")).replace(3, 3, bytes("x")).replace(3, 3, bytes("y"));
    assertThat(string(splicer.result())).isEqualTo("axybz");
    assertThat(string(new Splicer(bytes("--ab--"), 2, 4).result())).isEqualTo("ab");
  }

  @Test
  void overlapsAndForeignPlacesAreErrors() {
    Splicer splicer = new Splicer(bytes("abcd"), 1, 3);
    assertThatThrownBy(() -> splicer.replace(0, 2, bytes("x")))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> splicer.replace(2, 4, bytes("x")))
        .isInstanceOf(IndexOutOfBoundsException.class);
    splicer.replace(1, 3, bytes("x")).replace(2, 3, bytes("y"));
    assertThatThrownBy(splicer::result).isInstanceOf(IllegalStateException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String string(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
