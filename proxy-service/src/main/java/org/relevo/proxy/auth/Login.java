package org.relevo.proxy.auth;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.LoginRefused;
import org.relevo.proxy.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's login: the frame in which a method's exchange runs, with exactly one end.
///
/// Owner: the client's event loop. Work off the loop comes back to it in [#when].
final class Login implements ClientLogin {
  private static final Logger LOG = LoggerFactory.getLogger(Login.class);

  private final ClientFacts client;
  private final Peer peer;
  private @Nullable Exchange exchange;
  private @Nullable BackendError lastWord;
  private boolean ended;

  Login(ClientFacts client, Peer peer) {
    this.client = client;
    this.peer = peer;
  }

  ClientFacts client() {
    return client;
  }

  @Override
  public void message(byte[] body) {
    if (ended) {
      return;
    }
    Exchange current = exchange;
    if (current == null) {
      refuse(LoginErrors.unexpectedMessage());
      return;
    }
    guard(() -> current.message(body));
  }

  @Override
  public void cancel() {
    ended = true;
  }

  /// Lets an exchange receive the client's messages from now on.
  void run(Exchange next) {
    if (!ended) {
      exchange = next;
      guard(next::begin);
    }
  }

  /// Refuses further messages until the next [#run] or [#listen].
  void pause() {
    exchange = null;
  }

  void listen(Exchange next) {
    exchange = next;
  }

  void ask(int kind, byte[] data) {
    ByteBuf out = peer.alloc().buffer(16 + data.length);
    BackendMessages.authentication(out, kind, data);
    peer.send(out);
  }

  /// Goes on with what comes of work off the loop, unless the login has ended by then.
  <T> void when(CompletionStage<T> stage, Consumer<T> next) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (future.isDone()) {
      guard(() -> next.accept(future.join()));
      return;
    }
    var _ =
        future.whenCompleteAsync(
            (value, problem) -> {
              if (ended) {
                return;
              }
              guard(() -> {
                if (problem != null) {
                  throw new CompletionException(problem);
                }
                next.accept(value);
              });
            },
            peer.loop());
  }

  /// Whatever the client will prove, it does not come in.
  void failInTheEnd(BackendError error) {
    lastWord = error;
  }

  void accept(Credentials credentials) {
    BackendError failed = lastWord;
    if (failed != null) {
      refuse(failed);
    } else if (!ended) {
      ended = true;
      peer.accepted(credentials);
    }
  }

  void refuse(BackendError error) {
    if (!ended) {
      ended = true;
      peer.refused(error);
    }
  }

  private void guard(Runnable step) {
    try {
      step.run();
    } catch (LoginRefused e) {
      refuse(e.error());
    } catch (WireException e) {
      refuse(BackendError.fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
    } catch (CompletionException e) {
      refuse(whyNot(e));
    }
  }

  private BackendError whyNot(CompletionException e) {
    Throwable cause = e;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case LoginRefused refused -> refused.error();
      case RejectedExecutionException _ -> LoginErrors.tooManyLogins();
      default -> {
        LOG.debug("auth.source_failed user=\"{}\" reason=\"{}\"", client.user(), cause.toString());
        yield LoginErrors.noSource();
      }
    };
  }
}
