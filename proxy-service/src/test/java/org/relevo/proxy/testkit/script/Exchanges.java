package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.relevo.proxy.wire.ByteString;

/// Random pieces of conversation. Each ends with one ReadyForQuery to come.
final class Exchanges {
  private static final List<String> SETTINGS =
      List.of("application_name", "search_path", "TimeZone", "app.user", "IntervalStyle");

  /// Those that no client's start-up packet gives: a pool restores the server's own value.
  private static final List<String> RESETTABLE =
      List.of("search_path", "app.user", "IntervalStyle");

  private final Random random;
  private final int client;
  private final Features features;
  private int tags;
  private int setTo;

  /// Whether the block that was begun last has one snapshot.
  private boolean snapshot;

  /// @param afterAnswers whether all answers so far must have come before it is sent
  record Part(ByteString bytes, boolean afterAnswers) {
    Part(byte[] bytes, boolean afterAnswers) {
      this(ByteString.copyOf(bytes), afterAnswers);
    }
  }

  Exchanges(Random random, int client, Features features) {
    this.random = random;
    this.client = client;
    this.features = features;
  }

  List<Part> next(boolean inBlock) {
    int choice = random.nextInt(13);
    return switch (choice) {
      case 0, 1 -> query(select());
      case 2 -> query(select() + "; " + select() + (random.nextInt(4) == 0 ? "; " + fail() : ""));
      case 3 -> query(random.nextInt(4) == 0 ? ";" : fail());
      case 4 -> features.blocks() ? query(block(inBlock)) : query(select());
      case 5 -> features.blocks() ? List.of(alone(block(inBlock))) : query(select());
      case 6, 7 -> query(setting());
      case 8, 9, 10 -> batch(features.blocks() && !inBlock);
      case 11 -> copy();
      default -> features.sessionState() ? query(state(inBlock)) : query(select());
    };
  }

  private String tag() {
    return "c" + client + "_" + ++tags;
  }

  private String select() {
    String rows = random.nextInt(3) == 0 ? " FROM generate_series(1, 3)" : "";
    return "SELECT '" + tag() + "'" + rows;
  }

  private String portal() {
    return "p" + (features.severalNodes() ? ++tags : random.nextInt(3));
  }

  private String fail() {
    return "SELECT fail('" + tag() + "')";
  }

  private String block(boolean inBlock) {
    if (!inBlock) {
      int kind = random.nextInt(8);
      snapshot = kind < 2;
      return switch (kind) {
        case 0 -> "BEGIN ISOLATION LEVEL REPEATABLE READ";
        case 1 -> "BEGIN READ ONLY";
        case 2 -> "BEGIN; " + select();
        default -> "BEGIN";
      };
    }
    return switch (random.nextInt(10)) {
      case 0, 1 -> "ROLLBACK";
      case 2, 3 -> "SAVEPOINT sp" + random.nextInt(2);
      case 4, 5 -> "ROLLBACK TO sp" + random.nextInt(2);
      case 6 -> "RELEASE sp" + random.nextInt(2);
      default -> "COMMIT";
    };
  }

  private String setting() {
    String name = SETTINGS.get(random.nextInt(SETTINGS.size()));
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> "SET " + name + " = '" + value(name) + "'";
      case 3 -> "SET LOCAL " + name + " = '" + value(name) + "'";
      case 4 -> "RESET " + RESETTABLE.get(random.nextInt(RESETTABLE.size()));
      default -> "SHOW " + name;
    };
  }

  private String value(String name) {
    int number = ++setTo;
    return switch (name) {
      case "TimeZone" -> "Etc/GMT+" + (1 + number % 12);
      case "IntervalStyle" -> List.of("postgres", "iso_8601", "sql_standard").get(number % 3);
      default -> "v" + client + "x" + number;
    };
  }

  private String state(boolean inBlock) {
    String own = "n" + random.nextInt(3);
    int kind = random.nextInt(8);
    return switch (kind) {
      case 5 -> "PREPARE " + own + " AS " + select();
      case 6 -> "EXECUTE " + own;
      case 7 -> "DEALLOCATE " + own;
      case 4 -> "SELECT temp_tables()";
      case 2 -> "SELECT * FROM pg_listening_channels()";
      case 1 -> "UNLISTEN *";
      default -> {
        if (features.severalNodes() && inBlock && snapshot) {
          yield select(); // a standby refuses these
        }
        yield kind == 0 ? "LISTEN " + own : "CREATE TEMP TABLE " + own + " (a int)";
      }
    };
  }

  private static List<Part> query(String sql) {
    return List.of(new Part(message('Q', sql + "\0"), false));
  }

  /// Parse, Describe, Bind, Execute and Close in likely and unlikely orders, closed by a Sync.
  private List<Part> batch(boolean mayBegin) {
    List<Part> parts = new ArrayList<>();
    ByteBuf out = Unpooled.buffer();
    if (mayBegin && random.nextInt(5) == 0) {
      snapshot = false;
      unnamed(out, "BEGIN"); // as drivers do it, ahead of a first statement
    }
    int rounds = 1 + random.nextInt(3);
    for (int i = 0; i < rounds; i++) {
      statement(out);
      if (random.nextInt(5) == 0) {
        out.writeBytes(message('H', ""));
        parts.add(new Part(ByteBufUtil.getBytes(out), false));
        out.clear();
        statement(out.clear());
        parts.add(new Part(ByteBufUtil.getBytes(out), random.nextBoolean()));
        out.clear();
      }
    }
    out.writeBytes(message('S', ""));
    parts.add(new Part(ByteBufUtil.getBytes(out), false));
    return parts;
  }

  /// One statement of a transaction as a batch.
  private Part alone(String sql) {
    ByteBuf out = Unpooled.buffer();
    unnamed(out, sql.replaceFirst(";.*", ""));
    return new Part(ByteBufUtil.getBytes(out.writeBytes(message('S', ""))), false);
  }

  private static void unnamed(ByteBuf out, String sql) {
    out.writeBytes(message('P', "\0" + sql + "\0\0\0"));
    out.writeBytes(message('B', "\0\0\0\0\0\0\0\0"));
    out.writeBytes(message('E', "\0\0\0\0\0"));
  }

  private void statement(ByteBuf out) {
    String name = random.nextInt(3) == 0 ? "" : "s" + random.nextInt(4);
    boolean parameter = random.nextBoolean();
    String shared = random.nextBoolean() ? "common" : tag();
    String text = parameter ? "SELECT '" + shared + "', $1" : select();
    if (random.nextInt(12) == 0) {
      text = random.nextBoolean() ? fail() : "SHOW application_name";
    }
    if (random.nextInt(3) != 0 || name.isEmpty()) {
      if (!name.isEmpty() && random.nextInt(3) != 0) {
        out.writeBytes(message('C', "S" + name + "\0"));
      }
      out.writeBytes(message('P', name + "\0" + text + "\0\0\0"));
    }
    if (random.nextInt(4) == 0) {
      out.writeBytes(message('D', "S" + name + "\0"));
    }
    String portal = random.nextInt(4) == 0 ? portal() : "";
    bind(out, portal, name, parameter);
    if (random.nextInt(3) == 0) {
      out.writeBytes(message('D', "P" + portal + "\0"));
    }
    boolean limited = random.nextInt(5) == 0;
    out.writeBytes(message('E', portal + "\0\0\0\0" + (limited ? "\2" : "\0")));
    if (limited && random.nextBoolean()) {
      out.writeBytes(message('E', portal + "\0\0\0\0\0"));
    }
    if (random.nextInt(6) == 0) {
      String what = random.nextBoolean() ? "P" + portal : "S" + name;
      out.writeBytes(message('C', what + "\0"));
    }
  }

  private void bind(ByteBuf out, String portal, String name, boolean parameter) {
    String value = tag();
    String count = parameter ? "\0\1\0\0\0" + (char) value.length() + value : "\0\0";
    out.writeBytes(message('B', portal + "\0" + name + "\0\0\0" + count + "\0\0"));
  }

  private List<Part> copy() {
    String table = tag();
    if (random.nextInt(3) == 0) {
      return query("COPY " + table + " TO STDOUT");
    }
    List<Part> parts = new ArrayList<>();
    boolean extended = random.nextBoolean();
    String sql = "COPY " + table + " FROM STDIN";
    ByteBuf out = Unpooled.buffer();
    if (extended) {
      out.writeBytes(message('P', "\0" + sql + "\0\0\0"));
      out.writeBytes(message('B', "\0\0\0\0\0\0\0\0"));
      out.writeBytes(message('E', "\0\0\0\0\0"));
      out.writeBytes(message('H', ""));
    } else {
      out.writeBytes(message('Q', sql + "\0"));
    }
    parts.add(new Part(ByteBufUtil.getBytes(out), false));
    out.clear();
    int rows = random.nextInt(5);
    for (int i = 0; i < rows; i++) {
      out.writeBytes(message('d', "r".repeat(random.nextInt(80)) + "\n"));
    }
    out.writeBytes(random.nextInt(4) == 0 ? message('f', tag() + "\0") : message('c', ""));
    if (extended) {
      out.writeBytes(message('S', ""));
    }
    parts.add(new Part(ByteBufUtil.getBytes(out), random.nextInt(3) != 0));
    return parts;
  }

  static byte[] message(char tag, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuf out = Unpooled.buffer(5 + bytes.length);
    out.writeByte(tag).writeInt(4 + bytes.length).writeBytes(bytes);
    return ByteBufUtil.getBytes(out);
  }
}
