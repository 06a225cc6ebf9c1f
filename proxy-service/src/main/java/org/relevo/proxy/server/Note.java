package org.relevo.proxy.server;

import org.jspecify.annotations.Nullable;

/// What a message that is on its way to the server changes, and how that is taken back.
public interface Note {
  /// The server did not do it, because of an error before.
  void skipped(ServerConnection connection);

  /// A statement of the query string has been done.
  ///
  /// @param rows that it gave or changed, where [#countsRows]; else 0
  default void completed(long rows) {}

  /// Whether the rows of its statements are wanted.
  default boolean countsRows() {
    return false;
  }

  /// Whether it changes nothing that an error would take back.
  default boolean watches() {
    return false;
  }

  /// 1 for a note whose failure would take something back.
  static int weight(@Nullable Object note) {
    return note == null || (note instanceof Note known && known.watches()) ? 0 : 1;
  }

  /// The server has answered it with an error; [#skipped] or [#done] follows.
  default void failed() {}

  /// The server has done it, or has ended it with an error after [#failed].
  default void done(ServerConnection connection) {}
}
