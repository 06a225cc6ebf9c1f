package org.relevo.app.view.part;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.Mark;

/// What one table cell shows, and what it is sorted by.
///
/// @param mark null for plain text
/// @param symbol in place of the mark's own, "" for that
/// @param number what a figure is sorted by; NaN for texts
public record Cell(String text, @Nullable Mark mark, String symbol, double number) {
  static final Comparator<Cell> ORDER =
      Comparator.comparingDouble(Cell::number).thenComparing(Cell::text);

  public static Cell text(String text) {
    return new Cell(text, null, "", Double.NaN);
  }

  public static Cell figure(double number, String text) {
    return new Cell(text, null, "", number);
  }

  public static Cell state(Mark mark, String words) {
    return new Cell(words, mark, "", rank(mark));
  }

  public static Cell state(String symbol, Mark mark, String words) {
    return new Cell(words, mark, symbol, rank(mark));
  }

  /// The most urgent first.
  private static int rank(Mark mark) {
    return switch (mark) {
      case CRITICAL -> 0;
      case WARN -> 1;
      case PROGRESS -> 2;
      case UNKNOWN -> 3;
      case OK -> 4;
    };
  }
}
