package org.relevo.proxy.catalog;

import java.util.Arrays;

/// What an expression or query that PostgreSQL has stored (`pg_node_tree`) refers to, found by the
/// names of its fields. Constants are stored as numbers, so no text of a user's is mistaken for a
/// field; a strange alias can add an object at most. Immutable; the arrays are not to be changed.
final class NodeTree {
  private static final int[] NONE = {};
  static final NodeTree EMPTY = calling(NONE);

  private final int[] functions;
  private final int[] operators;
  private final int[] relations;
  private final boolean locks;

  private NodeTree(int[] functions, int[] operators, int[] relations, boolean locks) {
    this.functions = functions;
    this.operators = operators;
    this.relations = relations;
    this.locks = locks;
  }

  /// Oids.
  int[] functions() {
    return functions;
  }

  /// Oids.
  int[] operators() {
    return operators;
  }

  /// Oids.
  int[] relations() {
    return relations;
  }

  /// Whether it locks rows or writes.
  boolean locks() {
    return locks;
  }

  /// Nothing but these functions.
  static NodeTree calling(int... functions) {
    return new NodeTree(functions, NONE, NONE, false);
  }

  static NodeTree of(String text) {
    return new Scan(text).all();
  }

  private static final class Scan {
    private final String text;
    private int[] found = new int[8];
    private int count;

    Scan(String text) {
      this.text = text;
    }

    NodeTree all() {
      int[] functions = collect("funcid", "opfuncid", "aggfnoid", "winfnoid");
      int[] operators = collect("opno", "opnos");
      int[] relations = collect("relid");
      boolean locks = text.contains(":hasForUpdate true") || text.contains(":hasModifyingCTE true");
      return new NodeTree(functions, operators, relations, locks);
    }

    private int[] collect(String... fields) {
      count = 0;
      for (String field : fields) {
        String wanted = ":" + field + " ";
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
          numbers(at + wanted.length());
        }
      }
      return Arrays.stream(found, 0, count).distinct().toArray();
    }

    /// `25` or `(o 25 26)`.
    private void numbers(int from) {
      int at = from;
      boolean list = text.startsWith("(o ", at);
      at += list ? 3 : 0;
      do {
        long number = 0;
        int begun = at;
        while (at < text.length() && digit(text.charAt(at)) && at - begun < 10) {
          number = number * 10 + (text.charAt(at++) - '0');
        }
        if (number != 0) {
          add((int) number);
        }
        at++;
      } while (list && at < text.length() && digit(text.charAt(at)));
    }

    private static boolean digit(char c) {
      return c >= '0' && c <= '9';
    }

    private void add(int oid) {
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = oid;
    }
  }
}
