package org.relevo.proxy.server;

/// What a message that is on its way to the server changes, and how that is taken back.
public interface Note {
  /// The server did not do it, because of an error before.
  void skipped(ServerConnection connection);

  /// A statement of the query string has been done.
  default void completed() {}

  /// The server has answered it with an error; [#skipped] or [#done] follows.
  default void failed() {}

  /// The server has done it, or has ended it with an error after [#failed].
  default void done(ServerConnection connection) {}
}
