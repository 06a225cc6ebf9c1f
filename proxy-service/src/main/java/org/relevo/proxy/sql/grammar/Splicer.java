package org.relevo.proxy.sql.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A text with some of its pieces replaced and every other byte kept: comments, blanks, quoting.
/// What is put in must be whole tokens that mean the same beside any neighbour, so an expression
/// comes in parentheses.
///
/// Owner: whoever made it; used once.
public final class Splicer {
  private final byte[] text;
  private final int from;
  private final int to;
  private final List<Piece> pieces = new ArrayList<>();

  /// For `text[from, to)`.
  public Splicer(byte[] text, int from, int to) {
    this.text = text;
    this.from = from;
    this.to = to;
  }

  private static final class Piece {
    final int from;
    final int to;
    final byte[] with;

    Piece(int from, int to, byte[] with) {
      this.from = from;
      this.to = to;
      this.with = with;
    }
  }

  /// Puts bytes in place of `[first, behind)`, positions of the text; of none, inserts them.
  ///
  /// @throws IndexOutOfBoundsException when that is outside of the text
  public Splicer replace(int first, int behind, byte[] with) {
    if (first < from || behind < first || behind > to) {
      throw new IndexOutOfBoundsException(first + " to " + behind + " of " + from + " to " + to);
    }
    pieces.add(new Piece(first, behind, with.clone()));
    return this;
  }

  /// Puts bytes in place of what a node of the tree covers.
  public Splicer replace(SyntaxTree tree, int node, byte[] with) {
    return replace(tree.from(node), tree.to(node), with);
  }

  /// @throws IllegalStateException when pieces overlap
  public byte[] result() {
    pieces.sort(
        Comparator.comparingInt(piece -> piece.from)); // stable: insertions keep their order
    int length = to - from;
    int behind = from;
    for (Piece piece : pieces) {
      if (piece.from < behind) {
        throw new IllegalStateException("two pieces at " + piece.from);
      }
      behind = piece.to;
      length = Math.addExact(length, piece.with.length - (piece.to - piece.from));
    }
    byte[] result = new byte[length];
    int read = from;
    int written = 0;
    for (Piece piece : pieces) {
      int kept = piece.from - read;
      System.arraycopy(text, read, result, written, kept);
      System.arraycopy(piece.with, 0, result, written + kept, piece.with.length);
      written += kept + piece.with.length;
      read = piece.to;
    }
    System.arraycopy(text, read, result, written, to - read);
    return result;
  }
}
