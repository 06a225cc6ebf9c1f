package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;

/// Hears nothing: for a server connection that the session has left.
final class Silence implements Conversation {
  @Override
  public void message(byte tag, ByteBuf frame) {
    // nobody is interested any more
  }

  @Override
  public void lost(String why) {
    // expected
  }
}
