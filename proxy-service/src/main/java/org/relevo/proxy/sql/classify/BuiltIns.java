package org.relevo.proxy.sql.classify;

import java.util.HashSet;
import java.util.Set;

/// Names of operators and types that every supported server has (`pg_operator`, `pg_type` of
/// versions 13 to 18).
final class BuiltIns {
  private static final String OPERATORS =
      """
      !! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- /
      < <-> << <<= <<| <= <> <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@
      | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*
      """;

  private static final Set<String> TYPES =
      words(
          """
          aclitem bit bool box bpchar bytea char cid cidr circle date daterange float4 float8 inet
          int2 int2vector int4 int4range int8 int8range interval json jsonb jsonpath line lseg
          macaddr macaddr8 money name numeric numrange oid oidvector path pg_lsn pg_snapshot point
          polygon record refcursor regclass regcollation regconfig regdictionary regnamespace
          regoper regoperator regproc regprocedure regrole regtype text tid time timestamp
          timestamptz timetz tsquery tsrange tstzrange tsvector txid_snapshot unknown uuid varbit
          varchar void xid xid8 xml
          """);

  private static final int SLOTS = 1024;
  private static final int LONGEST = 4;
  private static final int[] PACKED = packed();

  private BuiltIns() {}

  /// Whether it is a name of built-in operators; users may have more of that name for their types.
  static boolean operator(byte[] text, int from, int to) {
    if (to - from > LONGEST) {
      return false;
    }
    int code = 0;
    for (int i = from; i < to; i++) {
      code = code << 8 | (text[i] & 0xFF);
    }
    for (int slot = slot(code); PACKED[slot] != 0; slot = (slot + 1) & (SLOTS - 1)) {
      if (PACKED[slot] == code) {
        return true;
      }
    }
    return false;
  }

  static boolean type(String name) {
    return TYPES.contains(name);
  }

  private static int slot(int code) {
    return (code * 0x9E3779B1) >>> 22;
  }

  private static int[] packed() {
    int[] table = new int[SLOTS];
    for (String name : words(OPERATORS)) {
      int code = 0;
      for (int i = 0; i < name.length(); i++) {
        code = code << 8 | name.charAt(i);
      }
      int slot = slot(code);
      while (table[slot] != 0) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      table[slot] = code;
    }
    return table;
  }

  private static Set<String> words(String text) {
    return new HashSet<>(Set.of(text.strip().split("\\s+")));
  }
}
