package org.relevo.proxy.fanout;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendError;

/// What a node has answered up to its ReadyForQuery, as far as it is compared.
///
/// Owner: the session's thread.
final class Answer {
  private final List<String> tags = new ArrayList<>();
  private @Nullable BackendError error;
  private byte status = 'I';
  private boolean copyIn;

  void tag(String tag) {
    tags.add(tag);
  }

  void failed(BackendError with) {
    if (error == null) {
      error = with;
    }
  }

  void ready(byte transaction) {
    status = transaction;
  }

  void copyIn() {
    copyIn = true;
  }

  /// Whether the node waits for the data of a COPY.
  boolean isCopyIn() {
    return copyIn;
  }

  List<String> tags() {
    return tags;
  }

  @Nullable BackendError error() {
    return error;
  }

  boolean failed() {
    return error != null;
  }

  /// Of the ReadyForQuery: I, T or E.
  byte status() {
    return status;
  }

  /// Whether both ran, or both failed.
  boolean sameKind(Answer other) {
    return failed() == other.failed();
  }

  boolean sameAs(Answer other) {
    return sameKind(other) && (failed() || tags.equals(other.tags));
  }

  /// For people: `UPDATE 3` or `error 23505`.
  @Override
  public String toString() {
    BackendError with = error;
    if (with != null) {
      return "error " + with.sqlState();
    }
    return tags.size() > 3
        ? tags.size() + " times " + tags.getLast()
        : tags.isEmpty() ? "nothing" : String.join(", ", tags);
  }
}
