package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;

class StatementNamesTest {
  private final StatementNames names = new StatementNames();

  @Test
  void anyHistoryEndsAsInAMap() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, SharedStatement> model = new HashMap<>();
    for (int step = 0; step < 100_000; step++) {
      String name = "s" + random.nextInt(60); // few names: long runs of neighbours
      String what = "seed %d step %d %s".formatted(seed, step, name);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          SharedStatement statement = statement(step);
          assertThat(names.put(bytes(name), statement))
              .as(what)
              .isSameAs(model.put(name, statement));
        }
        case 2, 3 -> assertThat(names.remove(bytes(name))).as(what).isSameAs(model.remove(name));
        default -> assertThat(get(name)).as(what).isSameAs(model.get(name));
      }
      assertThat(names.size()).as(what).isEqualTo(model.size());
      if (step % 1000 == 0) {
        model.forEach((key, value) -> {
          assertThat(get(key)).as(what).isSameAs(value);
          assertThat(names.nameOf(value.id())).as(what).isEqualTo(bytes(key));
        });
        List<SharedStatement> all = new ArrayList<>();
        names.forEach(all::add);
        assertThat(all).as(what).containsExactlyInAnyOrderElementsOf(model.values());
        names.clear();
        model.clear();
      }
    }
  }

  @Test
  void aNameIsLookedUpByItsBytesInAMessage() {
    SharedStatement statement = statement(1);
    names.put(bytes("s1"), statement);
    ByteBuf in = Unpooled.copiedBuffer("..s1..", StandardCharsets.US_ASCII);
    assertThat(names.get(in, 2, 2)).isSameAs(statement);
    assertThat(names.get(in, 2, 1)).isNull();
    assertThat(names.get(in, 2, 3)).isNull();
    assertThat(names.get(in, 1, 2)).isNull();
  }

  @Test
  void theEmptyNameIsANameToo() {
    assertThat(get("")).isNull();
    SharedStatement statement = statement(1);
    names.put(bytes(""), statement);
    assertThat(get("")).isSameAs(statement);
    assertThat(names.remove(bytes(""))).isSameAs(statement);
    assertThat(names.size()).isZero();
  }

  @Test
  void aStatementWithoutNameHasNone() {
    assertThat(names.nameOf(1)).isNull();
    names.put(bytes("a"), statement(2));
    assertThat(names.nameOf(1)).isNull();
  }

  /// Their usual hashes are equal: `Aa` and `BB` in any order.
  @Test
  void namesMadeToCollideDoNot() {
    int bits = 16;
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int i = 0; i < 1 << bits; i++) {
            names.put(bytes(colliding(i, bits)), statement(i));
          }
          for (int i = 0; i < 1 << bits; i++) {
            assertThat(names.remove(bytes(colliding(i, bits)))).isNotNull();
          }
        });
  }

  private static String colliding(int number, int bits) {
    StringBuilder name = new StringBuilder();
    for (int bit = 0; bit < bits; bit++) {
      name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return name.toString();
  }

  private @Nullable SharedStatement get(String name) {
    byte[] bytes = bytes(name);
    return names.get(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static SharedStatement statement(long id) {
    return new SharedStatement(id, new byte[0], VarSet.EMPTY, 0);
  }
}
