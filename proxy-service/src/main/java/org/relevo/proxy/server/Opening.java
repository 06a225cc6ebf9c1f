package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.auth.ServerFacts;
import org.relevo.proxy.auth.ServerLogin;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.ConnectionOpener;
import org.relevo.proxy.tls.Secured;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.Tags;

/// One server connection on its way to its first ReadyForQuery.
///
/// Owner: the connection's event loop.
final class Opening implements Conversation, ServerLogin.Peer {
  private final ServerConnection connection;
  private final EventLoop loop;
  private final Credentials credentials;
  private final ConnectionOpener.Result<ServerConnection> result;
  private final Deadline deadline;
  private @Nullable ServerLogin login;
  private boolean authenticated;
  private boolean ended;

  Opening(
      ServerConnection connection,
      EventLoop loop,
      Credentials credentials,
      ConnectionOpener.Result<ServerConnection> result) {
    this.connection = connection;
    this.loop = loop;
    this.credentials = credentials;
    this.result = result;
    this.deadline = new Deadline(loop);
  }

  void limit(Duration timeout, ChannelFuture connecting) {
    deadline.start(
        timeout.toMillis(),
        () -> {
          boolean _ = connecting.cancel(false);
          failed("it did not answer within " + timeout.toMillis() + " ms");
        });
  }

  void begin(Logins logins, Secured secured) {
    connection.converse(this, ServerConnection.loginLimit());
    ServerFacts facts =
        new ServerFacts(connection.key().user(), secured.encrypted(), secured.endPoint());
    login = logins.begin(credentials, facts, this);
  }

  void unreachable(Throwable cause) {
    fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "cannot reach server " + connection.address() + ": " + cause.getMessage()));
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    switch (tag) {
      case Tags.AUTHENTICATION -> authenticate(Conversation.body(frame));
      case Tags.BACKEND_KEY_DATA ->
          connection.cancelKey(BackendMessages.readKeyData(Conversation.body(frame)));
      case Tags.ERROR_RESPONSE -> fail(BackendError.read(Conversation.body(frame)));
      case Tags.READY_FOR_QUERY -> {
        if (authenticated) {
          succeed();
        } else {
          failed("it was ready before it had asked who is there");
        }
      }
      default -> {
        // ParameterStatus is kept by the connection; notices are for nobody
      }
    }
  }

  private void authenticate(byte[] body) {
    ServerLogin running = login;
    if (running == null || authenticated) {
      failed("it asked for authentication out of turn");
    } else {
      running.message(body);
    }
  }

  @Override
  public void lost(String why) {
    fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "server " + connection.address() + " " + why + " during login"));
  }

  // ------------------------------------------------------------------ login

  @Override
  public Executor loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator alloc() {
    return connection.channel().alloc();
  }

  @Override
  public void send(ByteBuf messages) {
    if (ended) {
      messages.release();
    } else {
      var _ = connection.channel().writeAndFlush(messages);
    }
  }

  @Override
  public void authenticated() {
    authenticated = true;
  }

  @Override
  public void failed(String reason) {
    fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "cannot log in at server " + connection.address() + ": " + reason));
  }

  // ------------------------------------------------------------------ end

  private void succeed() {
    if (!ended) {
      ended = true;
      deadline.stop();
      connection.endConversation();
      result.opened(connection);
    }
  }

  private void fail(BackendError error) {
    if (ended) {
      return;
    }
    ended = true;
    deadline.stop();
    ServerLogin running = login;
    if (running != null) {
      running.cancel();
    }
    connection.endConversation();
    connection.abort("could not be opened");
    result.failed(error);
  }
}
