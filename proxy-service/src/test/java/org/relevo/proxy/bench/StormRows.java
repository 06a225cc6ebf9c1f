package org.relevo.proxy.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Small transactions of eight clients, a thousand a second, while one more client sends what costs
/// most to understand: huge, deep, long and ever new statements, without a pause. `storm-none` is
/// the same without it; the others' p99 is to be compared with its p99, and with what the storm
/// does to clients that have no pooler between.
final class StormRows {
  private static final int CLIENTS = 8;
  private static final String RATE = "1000";
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MEGABYTE = 1 << 20;

  private StormRows() {}

  /// Makes the messages of one round, which end with one that is answered by ReadyForQuery.
  @FunctionalInterface
  private interface Storm {
    ByteBuffer next(int number);
  }

  /// @param mix options of pgbench for the small transactions
  static List<Row> all(Pgbench pgbench, String... mix) {
    String deep = "SELECT " + "(".repeat(10_000) + "1" + ")".repeat(10_000);
    String list = "SELECT 1 FROM pgbench_branches WHERE bid IN (" + "17, ".repeat(99_999) + "17)";
    String large = "SELECT length('" + "x".repeat(MEGABYTE) + "')";
    String columns = ", column_of_some_table".repeat(80);
    List<Row> rows = new ArrayList<>();
    rows.add(row("storm-none", pgbench, null, mix));
    rows.add(row("storm-large", pgbench, _ -> query(large), mix));
    rows.add(row("storm-deep", pgbench, _ -> query(deep), mix));
    rows.add(row("storm-list", pgbench, _ -> query(list), mix));
    rows.add(row("storm-distinct", pgbench, i -> query("SELECT a" + i + columns + " FROM b"), mix));
    rows.add(
        row("storm-prepared", pgbench, i -> prepare("SELECT " + i + large.substring(6), i), mix));
    return rows;
  }

  private static Row row(String name, Pgbench pgbench, @Nullable Storm storm, String... mix) {
    List<String> options = new ArrayList<>(List.of("-M", "prepared", "-R", RATE));
    options.addAll(List.of(mix));
    Row row = pgbench.row(name, CLIENTS, false, options.toArray(String[]::new));
    return storm == null
        ? row
        : new Row(
            row.name(),
            row.unit(),
            row.work(),
            (target, setup) -> {
              AtomicBoolean over = new AtomicBoolean();
              CompletableFuture<Integer> sent = new CompletableFuture<>();
              Thread.ofPlatform()
                  .daemon()
                  .start(() -> {
                    try {
                      sent.complete(blow(storm, target, setup, over));
                    } catch (IOException | RuntimeException e) {
                      sent.completeExceptionally(e);
                    }
                  });
              try {
                Sample sample = row.run().against(target, setup);
                over.set(true);
                return sample.with("stormsPerSecond", sent.get() / (double) setup.seconds());
              } catch (ExecutionException e) {
                throw new IOException("the storm's client: " + e.getCause(), e);
              } finally {
                over.set(true);
              }
            });
  }

  private static int blow(Storm storm, Target target, Row.Setup setup, AtomicBoolean over)
      throws IOException {
    int count = 0;
    try (RawConnection connection =
        new RawConnection(target, setup.user(), setup.database(), BUFFER_BYTES)) {
      while (!over.get()) {
        connection.write(storm.next(count++));
        connection.awaitReady();
      }
    }
    return count;
  }

  private static ByteBuffer query(String sql) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(6 + text.length);
    return out.put((byte) 'Q').putInt(5 + text.length).put(text).put((byte) 0).flip();
  }

  /// A named statement that stays, up to sixteen of them; a Close that makes room for the next one.
  private static ByteBuffer prepare(String sql, int number) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    byte[] name = ("storm" + number % 16).getBytes(StandardCharsets.UTF_8);
    int close = 6 + name.length;
    int parse = 4 + name.length + 1 + text.length + 1 + 2;
    ByteBuffer out = ByteBuffer.allocate(1 + close + 1 + parse + 5);
    out.put((byte) 'C').putInt(close).put((byte) 'S').put(name).put((byte) 0);
    out.put((byte) 'P').putInt(parse).put(name).put((byte) 0);
    out.put(text).put((byte) 0).putShort((short) 0);
    return out.put((byte) 'S').putInt(4).flip();
  }
}
