package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.ClientFacts;
import org.relevo.proxy.auth.ClientLogin;
import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;
import org.relevo.proxy.wire.WireLimits;

/// A client between its start-up packet and the end of its authentication: password messages go to
/// the login, anything else waits.
///
/// Owner: event loop of the client channel. [#close] drops what is left.
final class ClientAuth implements ClientLogin.Peer {
  private final Channel client;
  private final Consumer<Credentials> whenAccepted;
  private final Consumer<BackendError> whenRefused;
  private final FrameCutter cutter;
  private @Nullable ClientLogin login;
  private boolean ended;

  ClientAuth(
      Channel client, Consumer<Credentials> whenAccepted, Consumer<BackendError> whenRefused) {
    this.client = client;
    this.whenAccepted = whenAccepted;
    this.whenRefused = whenRefused;
    this.cutter = new FrameCutter(client.alloc(), WireLimits.MAX_LOGIN_MESSAGE_BYTES);
  }

  void begin(SessionHub hub, ClientFacts facts) {
    ClientLogin begun = hub.authentication().begin(facts, this);
    if (!ended) {
      login = begun;
    }
  }

  /// @throws WireException when the client does not speak the protocol
  void add(ByteBuf in) {
    cutter.add(in);
    while (!ended && login != null && cutter.hasMessage()) {
      ByteBuf frame = cutter.next();
      byte tag = frame.getByte(frame.readerIndex());
      if (tag != Tags.PASSWORD) {
        throw new WireException(
            "expected password response, got message type 0x%02x".formatted(tag));
      }
      login.message(Conversation.body(frame));
    }
    if (cutter.readableBytes() > WireLimits.MAX_LOGIN_MESSAGE_BYTES) {
      throw new WireException("too many bytes before the end of authentication");
    }
  }

  /// What has come after the last password message; the caller owns it.
  ByteBuf rest() {
    return cutter.rest().copy();
  }

  void close() {
    ended = true;
    ClientLogin running = login;
    login = null;
    if (running != null) {
      running.cancel();
    }
    cutter.close();
  }

  @Override
  public Executor loop() {
    return client.eventLoop();
  }

  @Override
  public ByteBufAllocator alloc() {
    return client.alloc();
  }

  @Override
  public void send(ByteBuf messages) {
    if (ended) {
      messages.release();
    } else {
      var _ = client.writeAndFlush(messages);
    }
  }

  @Override
  public void accepted(Credentials credentials) {
    if (!ended) {
      ended = true;
      login = null;
      whenAccepted.accept(credentials);
    }
  }

  @Override
  public void refused(BackendError error) {
    if (!ended) {
      ended = true;
      login = null;
      whenRefused.accept(error);
    }
  }
}
