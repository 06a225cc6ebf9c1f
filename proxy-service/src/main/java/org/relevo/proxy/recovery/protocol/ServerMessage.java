package org.relevo.proxy.recovery.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the server may say to us, one record per message that matters here.
sealed interface ServerMessage {
  /// Any Authentication request; `body` follows the request's number.
  record Authentication(int request, ByteBuffer body) implements ServerMessage {}

  record ParameterStatus(String name, String value) implements ServerMessage {}

  record RowDescription(List<String> columns) implements ServerMessage {
    public RowDescription {
      columns = List.copyOf(columns);
    }
  }

  /// One row; SQL NULL is empty.
  record DataRow(List<Optional<String>> values) implements ServerMessage {
    public DataRow {
      values = List.copyOf(values);
    }
  }

  record CommandComplete() implements ServerMessage {}

  record CopyOut() implements ServerMessage {}

  record CopyData(ByteBuffer body) implements ServerMessage {}

  record CopyDone() implements ServerMessage {}

  record ReadyForQuery() implements ServerMessage {}

  /// Fields by their code: `S` severity, `C` SQLSTATE, `M` message, `H` hint, …
  record ErrorResponse(Map<Character, String> fields) implements ServerMessage {
    public ErrorResponse {
      fields = Map.copyOf(fields);
    }

    String sqlState() {
      return fields.getOrDefault('C', "");
    }

    /// Message and hint in one line.
    String text() {
      String hint = fields.containsKey('H') ? " (" + fields.get('H') + ")" : "";
      return (fields.getOrDefault('M', "no message") + hint).replace('\n', ' ');
    }
  }

  /// Notices and other messages that change nothing here.
  record Ignored(char tag) implements ServerMessage {}
}
