package org.relevo.proxy.sql.classify;

import java.util.Arrays;

/// Which relation names of a statement are those of its WITH queries. A query's name is known from
/// the end of that query (with RECURSIVE from the word WITH) to the end of what the WITH is part
/// of. Fed in the order of the tree's nodes.
///
/// Owner: one [StatementWalk].
final class WithScopes {
  private final Words words;
  // queries of WITHs that are not closed yet: token of the name, and from where it is known
  private int[] names = new int[8];
  private int[] starts = new int[8];
  private int queries;
  // complete WITHs whose statement is not: first and end token, and their first query
  private int[] withFrom = new int[4];
  private int[] withTo = new int[4];
  private int[] withQueries = new int[4];
  private int withs;
  private int comparisons;

  WithScopes(Words words) {
    this.words = words;
  }

  /// Another text begins.
  void beginText() {
    comparisons = 0;
  }

  /// Another statement of the text begins.
  void begin() {
    queries = 0;
    withs = 0;
  }

  /// @param name first token of the query, its name
  /// @param end behind its last token
  void query(int name, int end) {
    if (queries == names.length) {
      names = Arrays.copyOf(names, queries * 2);
      starts = Arrays.copyOf(starts, queries * 2);
    }
    names[queries] = name;
    starts[queries++] = end;
  }

  /// WITH and its queries are complete.
  void with(int from, int to) {
    int first = queries;
    while (first > 0 && names[first - 1] > from) {
      first--; // those before belong to WITHs around this one
    }
    // Not the word but its place tells: a query may be named "recursive".
    boolean recursive = names[first] != from + 1;
    if (recursive) {
      Arrays.fill(starts, first, queries, from);
    }
    if (withs == withFrom.length) {
      withFrom = Arrays.copyOf(withFrom, withs * 2);
      withTo = Arrays.copyOf(withTo, withs * 2);
      withQueries = Arrays.copyOf(withQueries, withs * 2);
    }
    withFrom[withs] = from;
    withTo[withs] = to;
    withQueries[withs++] = first;
  }

  boolean isOpen() {
    return withs > 0;
  }

  /// Whether the node over these tokens is what the innermost open WITH is part of.
  boolean closes(int from, int to) {
    return from == withFrom[withs - 1] && to > withTo[withs - 1];
  }

  /// The innermost open WITH is over; its names are no relations.
  void close(Relations relations) {
    int from = withFrom[--withs];
    int first = withQueries[withs];
    for (int i = relations.size() - 1; i >= 0 && relations.token(i) >= from; i--) {
      if (++comparisons > GivenUpException.COMPARISONS) {
        throw new GivenUpException();
      }
      if (!relations.mayBeQuery(i)) {
        continue;
      }
      for (int query = first; query < queries; query++) {
        if (++comparisons > GivenUpException.COMPARISONS) {
          throw new GivenUpException();
        }
        int token = relations.token(i);
        if (starts[query] <= token && words.sameName(names[query], token)) {
          relations.role(i, Relations.NONE);
          break;
        }
      }
    }
    queries = first;
  }

  void trim() {
    names = new int[8];
    starts = new int[8];
    withFrom = new int[4];
    withTo = new int[4];
    withQueries = new int[4];
  }
}
