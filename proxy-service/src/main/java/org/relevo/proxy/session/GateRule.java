package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.Tags;

/// Which messages a closed gate holds back: what begins something new waits, what ends something
/// goes on.
final class GateRule {
  private GateRule() {}

  /// @param server the connection that the session holds, null for none
  static boolean mustWait(@Nullable ServerConnection server, byte tag) {
    if (server == null) {
      return true;
    }
    Outstanding outstanding = server.outstanding();
    if (outstanding.atBoundary()) {
      return true;
    }
    return switch (tag) {
      case Tags.QUERY,
          Tags.FUNCTION_CALL,
          Tags.PARSE,
          Tags.BIND,
          Tags.DESCRIBE,
          Tags.EXECUTE,
          Tags.CLOSE ->
          outstanding.owed() > 0 && !outstanding.inBatch() && outstanding.status() == 'I';
      default -> false;
    };
  }

  /// Whether what this message means depends on how an earlier batch ends: it may take back names
  /// and statements.
  static boolean mustSettle(ServerConnection server, byte tag) {
    return switch (tag) {
      case Tags.PARSE, Tags.BIND, Tags.DESCRIBE, Tags.CLOSE, Tags.QUERY ->
          server.outstanding().noted() > 0 && server.outstanding().owed() > 0;
      default -> false;
    };
  }
}
