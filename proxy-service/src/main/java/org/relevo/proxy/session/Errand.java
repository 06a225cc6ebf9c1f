package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireLimits;

/// Tells a node in one write what belongs to a client's transaction and was answered elsewhere.
///
/// Owner: event loop of the connection.
final class Errand implements Conversation {
  private static final int HEADER_BYTES = 5;

  private final ServerConnection server;
  private final Consumer<Optional<BackendError>> whenDone;
  private int owed;
  private @Nullable BackendError problem;

  private Errand(
      ServerConnection server, int statements, Consumer<Optional<BackendError>> whenDone) {
    this.server = server;
    this.owed = statements;
    this.whenDone = whenDone;
  }

  /// @param statements one or more; nothing is unanswered on the connection
  /// @param whenDone gets the first error of the server, or that it was lost
  static void run(
      ServerConnection server, List<byte[]> statements, Consumer<Optional<BackendError>> whenDone) {
    ByteBuf out = server.channel().alloc().buffer();
    for (byte[] statement : statements) {
      out.writeByte(Tags.QUERY).writeInt(Integer.BYTES + statement.length + 1);
      out.writeBytes(statement).writeByte(0);
      server.outstanding().sent(Tags.QUERY);
    }
    server.statements().unnamed(null);
    server.converse(
        new Errand(server, statements.size(), whenDone), WireLimits.MAX_LOGIN_MESSAGE_BYTES);
    var _ = server.channel().writeAndFlush(out);
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    if (tag == Tags.ERROR_RESPONSE) {
      if (problem == null) {
        problem = BackendError.read(Conversation.body(frame));
      }
    } else if (tag == Tags.READY_FOR_QUERY) {
      byte status =
          frame.readableBytes() == HEADER_BYTES + 1
              ? frame.getByte(frame.writerIndex() - 1)
              : (byte) 'E';
      server.outstanding().ready(status);
      owed--;
      if (owed == 0) {
        server.endConversation();
        whenDone.accept(Optional.ofNullable(problem));
      }
    }
  }

  @Override
  public void lost(String why) {
    whenDone.accept(
        Optional.of(
            BackendError.fatal(
                SqlState.CONNECTION_FAILURE, "server " + server.address() + " " + why)));
  }
}
