package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.Tags;

/// Questions of the session's own, beside the client's: by a named statement and a named portal, so
/// that the client's unnamed ones stay what they are.
final class Ask {
  private static final byte[] OWN = "_relevo".getBytes(StandardCharsets.US_ASCII);

  private Ask() {}

  /// Puts a command together that is answered by a ReadyForQuery of its own.
  static void put(NodeLink link, byte[] sql, List<byte[]> values) {
    link.out()
        .close('S', OWN)
        .parse(OWN, sql, new int[0])
        .bind(OWN, OWN, values)
        .execute(OWN)
        .close('P', OWN)
        .sync();
    for (int i = 0; i < 3; i++) {
      link.own();
    }
    link.asked();
    link.own();
    link.asksReady();
  }

  /// As [#put], for a command whose answer is dropped before the next answer is read.
  static void putAhead(NodeLink link, String sql) {
    link.out()
        .close('S', OWN)
        .parse(OWN, FactsDesk.bytes(sql), new int[0])
        .bind(OWN, OWN, List.of())
        .execute(OWN)
        .close('P', OWN)
        .sync();
    for (int i = 0; i < 5; i++) {
      link.own();
    }
    link.ownAnswer();
  }

  /// The rows of a query's answer, NULL as "".
  ///
  /// @throws IOException when the server is lost, or refuses
  static List<List<String>> rows(NodeLink link, String sql, List<String> values)
      throws IOException {
    put(link, FactsDesk.bytes(sql), values.stream().map(FactsDesk::bytes).toList());
    link.send();
    List<List<String>> rows = new ArrayList<>();
    Answer answer;
    try {
      answer =
          link.read(frame -> {
            if (frame.tag() == Tags.DATA_ROW) {
              List<String> row = new ArrayList<>();
              BackendMessages.readDataRow(frame.body(), StandardCharsets.UTF_8)
                  .forEach(value -> row.add(value == null ? "" : value));
              rows.add(row);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopping", e);
    }
    BackendError error = answer.error();
    if (error != null) {
      throw new RefusedException(error);
    }
    return rows;
  }

  /// A node has answered a question of the session's own with an error.
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient BackendError error;

    RefusedException(BackendError error) {
      super(error.message());
      this.error = error;
    }

    BackendError error() {
      return error;
    }
  }
}
