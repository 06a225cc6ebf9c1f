package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireLimits;

/// Asks a server what became of a transaction.
///
/// The message that it writes into the log, which nobody reads, makes the answer wait like the
/// session's own commits do: for the standbys, under synchronous replication. So what is told as
/// committed is what another failover would keep, and a primary that has been cut off says nothing.
///
/// Owner: event loop of the connection.
final class OutcomeQuery implements Conversation {
  // A number that is newer than the snapshot is an error for pg_xact_status.
  private static final String SQL =
      "SELECT "
          + ServerLife.STARTED_SQL
          + ", CASE WHEN '%1$d'::pg_catalog.xid8 OPERATOR(pg_catalog.<)"
          + " pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())"
          + " THEN pg_catalog.pg_xact_status('%1$d'::pg_catalog.xid8) END"
          + ", CASE WHEN NOT pg_catalog.pg_is_in_recovery()"
          + " THEN pg_catalog.pg_logical_emit_message("
          + "true, 'relevo'::pg_catalog.text, ''::pg_catalog.text) END";

  private static final int HEADER_BYTES = 5;

  /// What the server has said.
  ///
  /// @param startedUs of its life, 0 when it did not say
  /// @param status null when it does not know
  /// @param problem its error, or "" for none
  /// @param lost whether the connection is gone
  record Reply(long startedUs, @Nullable String status, String problem, boolean lost) {}

  private final ServerConnection server;
  private final Consumer<Reply> whenDone;
  private Reply reply = new Reply(0, null, "", false);

  private OutcomeQuery(ServerConnection server, Consumer<Reply> whenDone) {
    this.server = server;
    this.whenDone = whenDone;
  }

  /// Nothing is unanswered on the connection.
  static void run(ServerConnection server, long xid, Consumer<Reply> whenDone) {
    ByteBuf out = server.channel().alloc().buffer();
    FrontendMessages.query(out, SQL.formatted(xid));
    server.outstanding().sent(Tags.QUERY);
    server.statements().unnamed(null);
    server.converse(new OutcomeQuery(server, whenDone), WireLimits.MAX_LOGIN_MESSAGE_BYTES);
    var _ = server.channel().writeAndFlush(out);
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    switch (tag) {
      case Tags.DATA_ROW -> {
        List<@Nullable String> row =
            BackendMessages.readDataRow(Conversation.body(frame), VarSet.BYTES);
        String started = row.isEmpty() ? null : row.getFirst();
        long startedUs = started == null ? 0 : ServerLife.startedUs(started);
        reply = new Reply(startedUs, row.size() < 2 ? null : row.get(1), "", false);
      }
      case Tags.ERROR_RESPONSE ->
          // Also when it comes after the row: the wait for a standby was broken off.
          reply = new Reply(0, null, BackendError.read(Conversation.body(frame)).message(), false);
      case Tags.NOTICE_RESPONSE -> {
        BackendError notice = BackendError.read(Conversation.body(frame));
        if (notice.isWarning()) {
          // Told when somebody ends the wait for a standby: the row proves nothing then.
          reply = new Reply(0, null, notice.message(), false);
        }
      }
      case Tags.READY_FOR_QUERY -> {
        byte status =
            frame.readableBytes() == HEADER_BYTES + 1
                ? frame.getByte(frame.writerIndex() - 1)
                : (byte) 'E';
        server.outstanding().ready(status);
        server.endConversation();
        whenDone.accept(reply);
      }
      default -> {
        // row description, command tag
      }
    }
  }

  @Override
  public void lost(String why) {
    whenDone.accept(new Reply(0, null, why, true));
  }
}
