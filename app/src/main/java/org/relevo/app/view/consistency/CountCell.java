package org.relevo.app.view.consistency;

/// Rows of one table on one node, judged against the reference node.
///
/// @param rows -1 when they could not be counted
/// @param difference to the reference's rows, 0 when there is nothing to compare
/// @param problem why it could not be counted, "" otherwise
record CountCell(int nodeId, long rows, long difference, Verdict verdict, String problem) {

  /// How a cell compares.
  enum Verdict {
    /// What the others are compared with.
    REFERENCE("\u25b2"),
    EQUAL("\u2714"),
    DIFFERENT("\u2260"),
    /// Not counted here, or not on the reference.
    UNKNOWN("\u25cb");

    private final String symbol;

    Verdict(String symbol) {
      this.symbol = symbol;
    }

    String symbol() {
      return symbol;
    }
  }
}
