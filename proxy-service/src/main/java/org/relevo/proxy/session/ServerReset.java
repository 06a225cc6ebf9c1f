package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireLimits;

/// Takes everything of its last client off a server connection (`reset_query_list`).
///
/// Owner: event loop of the connection.
final class ServerReset implements Conversation {
  private final ServerConnection server;
  private final Consumer<Boolean> whenDone;
  private int owed;
  private boolean failed;

  private ServerReset(ServerConnection server, Consumer<Boolean> whenDone) {
    this.server = server;
    this.whenDone = whenDone;
  }

  /// @param whenDone whether the connection is clean
  static void run(ServerConnection server, List<String> queries, Consumer<Boolean> whenDone) {
    ServerReset reset = new ServerReset(server, whenDone);
    ByteBuf out = server.channel().alloc().buffer();
    for (String query : queries) {
      boolean needless = query.equalsIgnoreCase("ABORT") && server.outstanding().status() == 'I';
      if (!needless) {
        FrontendMessages.query(out, query);
        server.outstanding().sent(Tags.QUERY);
        reset.owed++;
      }
    }
    if (reset.owed == 0) {
      out.release();
      whenDone.accept(true);
      return;
    }
    server.converse(reset, WireLimits.MAX_LOGIN_MESSAGE_BYTES);
    var _ = server.channel().writeAndFlush(out);
  }

  /// Gives a connection back to its pool, which closes it when it is not clean.
  static void giveTo(
      @Nullable PoolShard<ServerConnection> pool, ServerConnection connection, boolean clean) {
    if (!clean) {
      connection.spoil();
    }
    if (pool != null) {
      pool.release(connection);
    } else {
      connection.close("it has no pool");
    }
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    if (tag == Tags.ERROR_RESPONSE) {
      failed = true;
    } else if (tag == Tags.READY_FOR_QUERY) {
      server.outstanding().ready(frame.getByte(frame.writerIndex() - 1));
      owed--;
      if (owed == 0) {
        server.endConversation();
        server.statements().clear();
        server.applied(VarSet.EMPTY);
        whenDone.accept(!failed);
      }
    }
  }

  @Override
  public void lost(String why) {
    whenDone.accept(false);
  }
}
