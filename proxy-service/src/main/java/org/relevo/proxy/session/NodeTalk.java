package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.Tags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells which node gets a statement (`log_per_node_statement`, `notice_per_node_statement`).
final class NodeTalk {
  private static final Logger LOG = LoggerFactory.getLogger(NodeTalk.class);

  /// Longer ones are cut.
  private static final int MAX_TEXT_BYTES = 1024;

  private NodeTalk() {}

  /// What is told; both is off by default.
  ///
  /// @param toLog a line for each statement, text included
  /// @param toClient a NOTICE ahead of each statement's answer, in pgpool-II's words
  record Settings(boolean toLog, boolean toClient) {
    static final Settings OFF = new Settings(false, false);
  }

  /// A text is about to go to the current lease's server.
  ///
  /// @param text up to its terminator, or to the length
  static void tell(Session session, byte[] text, int length) {
    Settings settings = session.hub().nodeTalk();
    ServerConnection server = session.lease().held();
    if (server == null || !(settings.toLog() || settings.toClient())) {
      return;
    }
    int end = 0;
    while (end < Math.min(length, MAX_TEXT_BYTES) && text[end] != 0) {
      end++;
    }
    String sql = new String(text, 0, end, StandardCharsets.UTF_8);
    int node = server.node().id().value();
    if (settings.toLog()) {
      LOG.info(
          "statement.sent client={} node={} text=\"{}\"",
          session.presence().id(),
          node,
          sql.replaceAll("\\p{Cntrl}", " "));
    }
    // Between the answers to what was sent before there is no place for it.
    if (settings.toClient() && server.outstanding().answeredAll() && server.betweenMessages()) {
      CancelKey key = server.cancelKey();
      String notice =
          "DB node id: %d backend pid: %d statement: %s"
              .formatted(node, key == null ? 0 : key.processId(), sql);
      ByteBuf out = session.client().alloc().buffer();
      BackendError.of("NOTICE", "00000", notice).writeTo(out);
      out.setByte(out.readerIndex(), Tags.NOTICE_RESPONSE);
      session.relay().output().write(out);
    }
  }
}
