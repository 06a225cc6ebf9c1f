package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Tags;

/// Asks a server that rests for a sign of life: an empty query, answered within a second.
///
/// Owner: event loop of the connection.
final class LifeSign implements Conversation {
  private static final long LIMIT_MS = 1_000;

  private final ServerConnection server;
  private final Consumer<Boolean> done;
  private final Deadline deadline;
  private boolean ended;

  private LifeSign(ServerConnection server, Consumer<Boolean> done) {
    this.server = server;
    this.done = done;
    this.deadline = new Deadline(server.channel().eventLoop());
  }

  static void ask(ServerConnection server, Consumer<Boolean> done) {
    LifeSign sign = new LifeSign(server, done);
    server.converse(sign, ServerConnection.loginLimit());
    sign.deadline.start(LIMIT_MS, () -> sign.end(false));
    ByteBuf out = server.channel().alloc().buffer(8);
    FrontendMessages.query(out, "");
    var _ = server.channel().writeAndFlush(out);
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    if (tag == Tags.READY_FOR_QUERY) {
      server.endConversation();
      end(true);
    } else if (tag == Tags.ERROR_RESPONSE) {
      server.endConversation();
      end(false);
    }
  }

  @Override
  public void lost(String why) {
    end(false);
  }

  private void end(boolean alive) {
    if (!ended) {
      ended = true;
      deadline.stop();
      done.accept(alive);
    }
  }
}
