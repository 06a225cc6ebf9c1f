package org.relevo.proxy.determinism;

import java.util.List;

/// How a statement gets its effect onto every node.
public sealed interface Plan {
  /// Any node may answer; nothing is changed.
  record Read() implements Plan {}

  /// The main node alone: what it changes, if anything, is the session's own or of no node's data.
  record Main() implements Plan {}

  /// The same text on every node.
  ///
  /// @param alone while no other transaction writes, because it reads what others may be writing
  record Everywhere(boolean alone) implements Plan {}

  /// The same text on every node, and nothing of it is data: SET, PREPARE …
  record Session() implements Plan {}

  /// The same text on every node, which none allows in a transaction.
  record NoTransaction() implements Plan {}

  /// The main node runs it and tells which rows came out; the others get the rows.
  ///
  /// @param sequences that its text moves, besides those of the table's columns
  record Rows(WriteShape shape, TableShape table, List<String> sequences) implements Plan {
    public Rows {
      sequences = List.copyOf(sequences);
    }
  }

  /// The main node runs it, then the others' sequences are set to what the main node's are.
  record Sequences(List<String> names) implements Plan {
    public Sequences {
      names = List.copyOf(names);
    }
  }

  /// BEGIN, COMMIT and their kin.
  record Control() implements Plan {}

  /// Neither way is certain.
  ///
  /// @param reason ends the sentence "it may differ between the nodes: "
  record Refused(String reason, String hint) implements Plan {}
}
