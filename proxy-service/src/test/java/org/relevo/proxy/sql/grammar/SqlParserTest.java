package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.sql.grammar.SqlParser.Outcome;
import org.relevo.proxy.testkit.Seeds;

class SqlParserTest {
  private static final int CHANGED = 20_000;
  private static final String SPECIAL = "'\"$()-/*\\;eEuU&\n0_.";

  /// Nodes that one token can cost: the longest chains of rules are about 30.
  private static final int NODES_PER_TOKEN = 64;

  private final SqlParser parser = new SqlParser();
  private final GrammarTables tables = GrammarTables.of(18);

  @Test
  void everyTokenIsALeafOnceAndInOrder() throws IOException {
    for (byte[] text : Statements.own()) {
      if (parser.parse(tables, text, 0, text.length, true) == Outcome.ACCEPTED) {
        assertWhole(parser.tree(), text);
      }
    }
  }

  @Test
  void theErrorsPlaceIsTold() {
    assertThat(parse("SELECT 1 FROM WHERE")).isEqualTo(Outcome.REJECTED);
    assertThat(parser.errorToken()).isEqualTo(3);
    assertThat(parse("SELECT 1 FROM")).isEqualTo(Outcome.REJECTED);
    assertThat(parser.errorToken()).isEqualTo(3);
    assertThat(parse("SELECT 1 'a")).isEqualTo(Outcome.REJECTED);
    assertThat(parser.errorToken()).isEqualTo(2);
    assertThat(parse("SELECT U&'a' UESCAPE 1")).isEqualTo(Outcome.REJECTED);
    assertThat(parser.errorToken()).isEqualTo(1);
  }

  @Test
  void aUescapeIsPartOfItsLiteral() {
    assertThat(parse("SELECT U&'!0061' UESCAPE '!', U&\"b\" UESCAPE '+' FROM c"))
        .isEqualTo(Outcome.ACCEPTED);
    assertThat(parser.tree().tokens().size()).isEqualTo(6);
    assertThat(TokenText.written(parser.tree().tokens(), 1)).isEqualTo("U&'!0061' UESCAPE '!'");
  }

  @Test
  void depthAndSizeAreBounded() {
    assertThat(parse("SELECT " + "(".repeat(4000) + "1" + ")".repeat(4000)))
        .isEqualTo(Outcome.ACCEPTED);
    assertThat(parse("SELECT " + "(".repeat(20_000))).isEqualTo(Outcome.TOO_DEEP);
    assertThat(parse("SELECT 1" + ",1".repeat(100_000))).isEqualTo(Outcome.ACCEPTED);
    assertThat(parse("SELECT 1" + ",1".repeat(400_000))).isEqualTo(Outcome.TOO_LARGE);
    assertThat(parse("SELECT 1" + ",1".repeat(2_000_000))).isEqualTo(Outcome.TOO_LARGE);
    assertThat(parser.tree().isLarge()).isTrue();
    assertThat(parse("SELECT 1")).isEqualTo(Outcome.ACCEPTED);
    assertThat(parser.tree().isLarge()).isFalse();
  }

  @Test
  void tablesOfTheNearestVersionServe() {
    assertThat(GrammarTables.of(9)).isSameAs(GrammarTables.of(13));
    assertThat(GrammarTables.of(99)).isSameAs(GrammarTables.of(18));
    assertThat(GrammarTables.of(15).major()).isEqualTo(15);
    assertThat(GrammarTables.of(14).keyword("merge")).isEqualTo(-1);
    assertThat(GrammarTables.of(15).keyword("merge")).isPositive();
  }

  /// Bytes lost, doubled, changed: whatever comes, the parser tells something and ends.
  @Test
  void whateverComesIsAnswered() throws IOException {
    long seed = Seeds.first();
    Random random = new Random(seed);
    List<byte[]> own = Statements.own();
    Fingerprint fingerprint = new Fingerprint();
    for (int i = 0; i < CHANGED; i++) {
      byte[] text = change(own, random);
      try {
        int major = 13 + random.nextInt(6);
        Outcome outcome =
            parser.parse(GrammarTables.of(major), text, 0, text.length, random.nextBoolean());
        SyntaxTree tree = parser.tree();
        int tokens = tree.tokens().size();
        assertThat(tree.nodes()).isLessThanOrEqualTo(NODES_PER_TOKEN * (tokens + 1));
        fingerprint.of(tree.tokens());
        assertThat(fingerprint.text(80).length()).isLessThanOrEqualTo(80);
        if (outcome == Outcome.ACCEPTED) {
          assertWhole(tree, text);
          readAll(tree.tokens());
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("-Drelevo.seed=" + seed + ": " + Statements.show(text), e);
      }
    }
  }

  private static void readAll(TokenList tokens) {
    for (int token = 0; token < tokens.size(); token++) {
      byte kind = tokens.kind(token);
      if (TokenKind.isString(kind)) {
        TokenText.string(tokens, token);
      } else if (kind <= TokenKind.UNICODE_QUOTED) {
        TokenText.name(tokens, token);
      }
    }
  }

  private static byte[] change(List<byte[]> own, Random random) {
    byte[] text = own.get(random.nextInt(own.size())).clone();
    for (int n = random.nextInt(4); n >= 0 && text.length > 0; n--) {
      int at = random.nextInt(text.length);
      switch (random.nextInt(4)) {
        case 0 -> text[at] = (byte) random.nextInt(256);
        case 1 -> text[at] = (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));
        case 2 -> text = Arrays.copyOf(text, at);
        default -> {
          byte[] other = own.get(random.nextInt(own.size()));
          byte[] both = Arrays.copyOf(text, at + other.length);
          System.arraycopy(other, 0, both, at, other.length);
          text = both;
        }
      }
    }
    return text;
  }

  private static void assertWhole(SyntaxTree tree, byte[] text) {
    Deque<Integer> open = new ArrayDeque<>();
    open.push(tree.root());
    int token = 0;
    int nodes = 0;
    while (!open.isEmpty()) {
      int node = open.pop();
      if (node < 0) {
        assertThat(~node).as(Statements.show(text)).isEqualTo(token++);
        continue;
      }
      nodes++;
      assertThat(tree.firstToken(node)).isLessThanOrEqualTo(token);
      Deque<Integer> children = new ArrayDeque<>();
      for (int child = tree.firstChild(node);
          child != SyntaxTree.NONE;
          child = tree.nextSibling(child)) {
        children.push(child);
      }
      children.forEach(open::push);
    }
    assertThat(token).isEqualTo(tree.tokens().size());
    assertThat(nodes).isEqualTo(tree.nodes());
  }

  private Outcome parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return parser.parse(tables, bytes, 0, bytes.length, true);
  }
}
