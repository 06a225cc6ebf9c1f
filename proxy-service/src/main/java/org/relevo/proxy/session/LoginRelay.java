package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.Tags;

/// Passes a login from server to client, message by message: watches the authentication, gives the
/// client a cancel key of our own, and ends with the first ReadyForQuery.
///
/// Owner: event loop of the session.
final class LoginRelay implements Conversation {
  private final Session session;
  private final ServerLink link;
  private boolean refused;

  LoginRelay(Session session, ServerLink link) {
    this.session = session;
    this.link = link;
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    byte[] body = Conversation.body(frame);
    switch (tag) {
      case Tags.AUTHENTICATION -> session.observer().serverAsked(body);
      case Tags.PARAMETER_STATUS ->
          session.parameters().put(BackendMessages.readParameterStatus(body, body.length));
      case Tags.ERROR_RESPONSE -> refused = true;
      case Tags.BACKEND_KEY_DATA -> {
        CancelKey key = BackendMessages.readKeyData(body);
        link.key(key);
        ByteBuf own = frame.alloc().buffer();
        BackendMessages.backendKeyData(own, session.newCancelKey(key));
        session.toClient(own);
        return;
      }
      case Tags.READY_FOR_QUERY -> {
        session.toClient(frame.copy());
        link.endConversation();
        session.loggedIn(body.length == 1 ? body[0] : (byte) 'I');
        return;
      }
      default -> {
        // notices and protocol negotiation pass as they are
      }
    }
    session.toClient(frame.copy());
  }

  @Override
  public void lost(String why) {
    if (refused) {
      session.closeClient(); // the server said why, and the client has it
      return;
    }
    session.fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "server " + link.address() + " broke off the login: " + why));
  }
}
