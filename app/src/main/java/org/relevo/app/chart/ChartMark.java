package org.relevo.app.chart;

/// Something that happened, drawn as a vertical line over all series.
///
/// @param text short; the symbol of the kind is put before it, "" for the symbol alone
public record ChartMark(long atEpochMs, Kind kind, String text) {

  /// What happened. The symbol keeps kinds apart without colour.
  public enum Kind {
    ROLE_CHANGE("\u21c4"),
    OPERATION("\u25b6"),
    CHECKPOINT("\u2713"),
    PROBLEM("!");

    private final String symbol;

    Kind(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  String label() {
    return text.isEmpty() ? kind.symbol() : kind.symbol() + " " + text;
  }
}
