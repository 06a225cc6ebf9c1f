package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.Tags;

/// Listens to the server of a session that is ready to leave it. What it says passes to the client,
/// but not its farewell.
///
/// Owner: event loop of the session.
final class QuietServer implements Conversation {
  private final Session session;
  private final Runnable whenGone;

  QuietServer(Session session, Runnable whenGone) {
    this.session = session;
    this.whenGone = whenGone;
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    if (tag == Tags.ERROR_RESPONSE) {
      return; // at a boundary an error can only be the end of the connection
    }
    if (tag == Tags.PARAMETER_STATUS) {
      byte[] body = Conversation.body(frame);
      session.parameters().put(BackendMessages.readParameterStatus(body, body.length));
    }
    session.toClient(frame.copy());
  }

  @Override
  public void lost(String why) {
    whenGone.run();
  }
}
