import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Reads bison's LALR tables and the keywords of PostgreSQL's grammar out of a WebAssembly build of
/// libpg_query. The compiler keeps them as they are in the data section; where each of them is
/// comes from the code section, by the fixed order in which bison's parser looks things up
/// (`yypact`, `yytranslate`, `yycheck`, `yytable`, `yydefact`, `yyr2`, `yyr1`, `yypgoto`,
/// `yydefgoto`). So no address is written down here.
final class LalrExtract {
  private static final int MAGIC = 0x524C5631; // "RLV1"
  private static final int SECTION_CODE = 10;
  private static final int SECTION_DATA = 11;
  private static final int I32_CONST = 0x41;
  private static final int I32_EQ = 0x46;
  private static final int I32_NE = 0x47;
  private static final int I32_GT_U = 0x4B;
  private static final int I32_ADD = 0x6A;
  private static final int I32_SUB = 0x6B;
  private static final int LOAD_I32 = 0x28;
  private static final int LOAD_U8 = 0x2D;
  private static final int LOAD_I16 = 0x2E;
  private static final int LOAD_U16 = 0x2F;

  /// Smaller constants are offsets in a stack frame.
  private static final int FIRST_STATIC_ADDRESS = 65536;

  private static final int LARGEST_BODIES = 12;
  private static final int NOT_FOUND = Integer.MIN_VALUE;

  private final byte[] wasm;
  private final byte[] memory = new byte[1 << 21];
  private final ByteBuffer image = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
  private int at;

  LalrExtract(byte[] wasm) {
    this.wasm = wasm;
  }

  /// A function's code.
  private record Body(int from, int to) {
    int size() {
      return to - from;
    }
  }

  /// `i32.const address; i32.add; load`: a look-up in a static array.
  private record LookUp(int address, int load, int at, int after) {}

  /// @return the resource that the service loads
  byte[] tables(int major) throws IOException {
    List<Body> bodies = sections();
    bodies.sort(Comparator.comparingInt(Body::size).reversed());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(major);
    for (Body body : bodies.subList(0, Math.min(LARGEST_BODIES, bodies.size()))) {
      if (writeParser(body, out)) {
        writeKeywords(out);
        return bytes.toByteArray();
      }
    }
    throw new IllegalStateException("no bison parser in the code section");
  }

  private List<Body> sections() {
    List<Body> bodies = new ArrayList<>();
    at = 8;
    while (at < wasm.length) {
      int id = wasm[at++];
      int length = unsigned();
      int end = at + length;
      if (id == SECTION_CODE) {
        for (int n = unsigned(); n > 0; n--) {
          int size = unsigned();
          bodies.add(new Body(at, at + size));
          at += size;
        }
      } else if (id == SECTION_DATA) {
        for (int n = unsigned(); n > 0; n--) {
          unsigned(); // memory 0
          at++; // i32.const
          int offset = signed();
          at++; // end
          int size = unsigned();
          System.arraycopy(wasm, at, memory, offset, size);
          at += size;
        }
      }
      at = end;
    }
    return bodies;
  }

  private boolean writeParser(Body body, DataOutputStream out) throws IOException {
    List<LookUp> found = lookUps(body);
    for (int i = 0; i + 8 < found.size(); i++) {
      if (writeParser(found, i, out)) {
        return true;
      }
    }
    return false;
  }

  private List<LookUp> lookUps(Body body) {
    List<LookUp> found = new ArrayList<>();
    for (int i = body.from(); i < body.to() - 8; i++) {
      if (wasm[i] != I32_CONST) {
        continue;
      }
      at = i + 1;
      int address = signed();
      if (address < FIRST_STATIC_ADDRESS || address > memory.length || wasm[at] != I32_ADD) {
        continue;
      }
      int load = wasm[at + 1];
      boolean loads =
          load == LOAD_I32 || load == LOAD_U8 || load == LOAD_I16 || load == LOAD_U16;
      if (loads && wasm[at + 3] == 0) {
        found.add(new LookUp(address, load, i, at + 4));
      }
    }
    return found;
  }

  private boolean writeParser(List<LookUp> found, int first, DataOutputStream out)
      throws IOException {
    LookUp pact = found.get(first);
    LookUp translate = found.get(first + 1);
    LookUp check = found.get(first + 2);
    LookUp table = found.get(first + 3);
    LookUp defact = found.get(first + 4);
    LookUp r2 = found.get(first + 5);
    LookUp r1 = found.get(first + 6);
    LookUp pgoto = found.get(first + 7);
    boolean widths =
        pact.load() == LOAD_I32
            && translate.load() == LOAD_U16
            && check.load() == LOAD_I16
            && defact.load() == LOAD_U16
            && r2.load() == LOAD_U8
            && r1.load() == LOAD_U16
            && pgoto.load() == LOAD_I16;
    if (!widths || !rising(found.subList(first, first + 8))) {
      return false;
    }
    LookUp defgoto = null;
    for (LookUp next : found.subList(first + 8, Math.min(first + 12, found.size()))) {
      if (next.address() > pgoto.address()) {
        defgoto = next;
      }
    }
    if (defgoto == null) {
      return false;
    }
    int ninf = constant(pact.after(), 12, I32_EQ);
    int last = constant(translate.after(), 16, I32_GT_U);
    int tableNinf = constant(table.after(), 40, I32_EQ) - 65536;
    int last2 = check.address() < table.address() ? (table.address() - check.address()) / 2 : 0;
    int finalState = constant(table.after(), 80, I32_NE);
    int tokens = constant(r1.after(), 8, I32_SUB);
    int maxToken = maxToken(translate.at());
    int states = (translate.address() - pact.address()) / 4;
    int rules = (pgoto.address() - r1.address()) / 2;
    int symbols = (defgoto.address() - pgoto.address()) / 2;
    if (ninf >= 0 || last2 <= last || maxToken < 0 || finalState < 0 || tokens < 0) {
      return false;
    }
    for (int state = 0; state < states; state++) {
      if (unsigned16(defact.address() + 2 * state) >= rules) {
        return false;
      }
    }
    for (int value :
        new int[] {ninf, last, maxToken, tableNinf, finalState, tokens, states, rules, symbols}) {
      out.writeInt(value);
    }
    for (int state = 0; state < states; state++) {
      out.writeInt(image.getInt(pact.address() + 4 * state));
    }
    shorts(out, translate.address(), maxToken + 1);
    shorts(out, check.address(), last + 1);
    shorts(out, table.address(), last + 1);
    shorts(out, defact.address(), states);
    out.write(memory, r2.address(), rules);
    shorts(out, r1.address(), rules);
    shorts(out, pgoto.address(), symbols);
    shorts(out, defgoto.address(), symbols);
    return true;
  }

  private static boolean rising(List<LookUp> found) {
    for (int i = 1; i < found.size(); i++) {
      if (found.get(i).address() <= found.get(i - 1).address()) {
        return false;
      }
    }
    return true;
  }

  private void shorts(DataOutputStream out, int address, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      out.writeShort(image.getShort(address + 2 * i));
    }
  }

  private int unsigned16(int address) {
    return image.getShort(address) & 0xFFFF;
  }

  /// The first constant of the window that this operation follows.
  private int constant(int from, int window, int operation) {
    for (int i = from; i < from + window; i++) {
      if (wasm[i] == I32_CONST) {
        at = i + 1;
        int value = signed();
        if (wasm[at] == operation) {
          return value;
        }
      }
    }
    return NOT_FOUND;
  }

  /// The largest code of a token: what the last comparison before the look-up compares with.
  private int maxToken(int lookUp) {
    int found = NOT_FOUND;
    for (int i = lookUp - 24; i < lookUp; i++) {
      if (wasm[i] == I32_CONST) {
        at = i + 1;
        int value = signed();
        if (wasm[at] == I32_GT_U && value > 500 && value < 2000) {
          found = value;
        }
      }
    }
    return found;
  }

  /// The words stand one behind the other in the data section, in alphabetical order; their codes
  /// rise with them, apart from a few.
  private void writeKeywords(DataOutputStream out) throws IOException {
    List<String> words = keywords();
    int codes = keywordCodes(words.size());
    out.writeInt(words.size());
    for (int i = 0; i < words.size(); i++) {
      out.writeUTF(words.get(i));
      out.writeShort(image.getShort(codes + 2 * i));
    }
  }

  private List<String> keywords() {
    byte[] first = "abort\0abs".getBytes(StandardCharsets.US_ASCII);
    int from = 0;
    while (!Arrays.equals(memory, from, from + first.length, first, 0, first.length)) {
      from++;
    }
    List<String> words = new ArrayList<>();
    while (true) {
      int to = from;
      while (memory[to] != 0) {
        to++;
      }
      String word = new String(memory, from, to - from, StandardCharsets.US_ASCII);
      boolean rises = words.isEmpty() || word.compareTo(words.getLast()) > 0;
      if (!word.matches("[a-z_]+") || !rises) {
        return words;
      }
      words.add(word);
      from = to + 1;
    }
  }

  private int keywordCodes(int words) {
    for (int from = 0; from < memory.length - 2 * words; from += 2) {
      int first = image.getShort(from);
      boolean begins =
          first >= 257
              && first <= 400
              && image.getShort(from + 2) == first + 1
              && image.getShort(from + 8) == first + 4;
      int count = 1;
      while (begins && count < words && isCode(image.getShort(from + 2 * count))) {
        count++;
      }
      if (begins && count == words) {
        return from;
      }
    }
    throw new IllegalStateException("no keyword codes in the data section");
  }

  private static boolean isCode(int value) {
    return value > 256 && value < 1200;
  }

  /// LEB128.
  private int unsigned() {
    int result = 0;
    int shift = 0;
    int next;
    do {
      next = wasm[at++];
      result |= (next & 0x7F) << shift;
      shift += 7;
    } while ((next & 0x80) != 0);
    return result;
  }

  private int signed() {
    int result = 0;
    int shift = 0;
    int next;
    do {
      next = wasm[at++];
      result |= (next & 0x7F) << shift;
      shift += 7;
    } while ((next & 0x80) != 0);
    return shift < 32 && (next & 0x40) != 0 ? result | -1 << shift : result;
  }
}
