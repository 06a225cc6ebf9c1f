package org.relevo.app.remote;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Freshness;
import org.relevo.app.model.LiveData;
import org.relevo.app.model.Sequences;
import org.relevo.app.task.Tasks;
import org.relevo.app.task.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one service connected and its model fed once a second. A lost connection is retried until
/// the person gives up; the histories then go on where they ended, as far as the service still has
/// the samples.
///
/// Owner: FX thread.
public final class Session implements AutoCloseable {
  /// Longest wait for a connection: host name, TLS, first class loading on both sides.
  public static final Duration CONNECT_DEADLINE = Duration.ofSeconds(30);

  /// Longest wait for one round of an established connection.
  public static final Duration POLL_DEADLINE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  // The first round carries all histories and loads the stubs of every bean.
  private static final Duration FIRST_POLL_DEADLINE = Duration.ofSeconds(15);
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(15);

  private final ServiceConnector connector;
  private final ClusterModel model;
  private final Tasks tasks;
  private final Clock clock;
  private final Timers.Cancel ticker;
  private @Nullable ConnectRequest request;
  private @Nullable ServiceConnection connection;
  private Timers.Cancel work = () -> {};
  private Timers.Cancel next = () -> {};
  private Duration backoff = FIRST_BACKOFF;
  // Answers of an earlier connection carry an earlier number and are dropped.
  private long generation;
  private Consumer<LiveData> onData = _ -> {};

  public Session(ServiceConnector connector, ClusterModel model, Tasks tasks, Clock clock) {
    this.connector = connector;
    this.model = model;
    this.tasks = tasks;
    this.clock = clock;
    ticker = tasks.every(Freshness.PERIOD, model::tick);
  }

  /// The open connection; empty while there is none or it is lost.
  public Optional<ServiceConnection> connection() {
    return Optional.ofNullable(connection);
  }

  /// The request behind the present connection.
  public Optional<ConnectRequest> request() {
    return Optional.ofNullable(request);
  }

  /// Told each poll's answer.
  public void onData(Consumer<LiveData> listener) {
    onData = listener;
  }

  /// Opens a connection in place of the present one.
  ///
  /// @param onFailure called once when this first attempt fails; nothing is retried then
  public void connect(
      ConnectRequest wanted, Runnable onConnected, Consumer<ConnectFailure> onFailure) {
    disconnect();
    long mine = generation;
    model.connectionProperty().set(new ConnectionState.Connecting(wanted.address()));
    work =
        tasks.run(
            "connect",
            CONNECT_DEADLINE,
            () -> open(wanted),
            opened -> {
              if (mine != generation) {
                drop(opened);
                return;
              }
              request = wanted;
              established(opened);
              onConnected.run();
            },
            failure -> {
              if (mine == generation) {
                model.connectionProperty().set(new ConnectionState.Disconnected());
                onFailure.accept(asConnectFailure(wanted, failure));
              }
            });
  }

  /// Ends the present connection or attempt and forgets the cluster.
  public void disconnect() {
    generation++;
    work.cancel();
    next.cancel();
    ServiceConnection old = connection;
    connection = null;
    request = null;
    backoff = FIRST_BACKOFF;
    if (old != null) {
      drop(old);
    }
    model.clear();
    model.connectionProperty().set(new ConnectionState.Disconnected());
  }

  /// Asks now instead of at the next second, or tries a lost connection now.
  public void refresh() {
    switch (model.connectionProperty().get()) {
      case ConnectionState.Connected _ -> {
        // A round may be on its way: its answer is as fresh.
      }
      case ConnectionState.Lost _ -> {
        next.cancel();
        // One attempt at a time: two that succeed would leave a connection nobody closes.
        work.cancel();
        retry();
      }
      case ConnectionState.Connecting _,
          ConnectionState.Disconnected _,
          ConnectionState.Replaying _ -> {}
    }
  }

  @Override
  public void close() {
    ticker.cancel();
    disconnect();
  }

  private void established(ServiceConnection opened) {
    connection = opened;
    backoff = FIRST_BACKOFF;
    model.roleProperty().set(opened.role());
    model
        .connectionProperty()
        .set(new ConnectionState.Connected(opened.address(), clock.instant()));
    LOG.info(
        "connection.open address={} user={} role={}",
        opened.address(),
        opened.user(),
        opened.role());
    poll(opened, FIRST_POLL_DEADLINE);
  }

  private void poll(ServiceConnection service, Duration deadline) {
    long mine = generation;
    Sequences known = model.sequences();
    work =
        tasks.run(
            "poll",
            deadline,
            () -> LivePoll.fetch(service, known),
            data -> {
              if (mine == generation) {
                accept(service, data);
              }
            },
            failure -> {
              if (mine == generation) {
                lost(failure);
              }
            });
  }

  private void accept(ServiceConnection service, LiveData data) {
    model.accept(data);
    onData.accept(data);
    next = tasks.after(Freshness.PERIOD, () -> poll(service, POLL_DEADLINE));
  }

  private void lost(Throwable failure) {
    ServiceConnection old = connection;
    connection = null;
    if (old != null) {
      drop(old);
    }
    String reason = reasonOf(failure);
    Instant now = clock.instant();
    ConnectionState before = model.connectionProperty().get();
    Instant since = now;
    if (before instanceof ConnectionState.Lost lost) {
      since = lost.since();
    } else {
      LOG.warn("connection.lost address={} reason=\"{}\"", addressOf(request), reason);
    }
    if (failure instanceof ConnectFailure refused && refused.needsPerson()) {
      // Trying again with the same would lock the account, or trust a stranger.
      model
          .connectionProperty()
          .set(new ConnectionState.Lost(addressOf(request), since, reason, Instant.MAX));
      return;
    }
    model
        .connectionProperty()
        .set(new ConnectionState.Lost(addressOf(request), since, reason, now.plus(backoff)));
    next = tasks.after(backoff, this::retry);
    Duration doubled = backoff.multipliedBy(2);
    backoff = doubled.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : doubled;
  }

  private void retry() {
    ConnectRequest wanted = request;
    if (wanted == null) {
      return;
    }
    long mine = generation;
    work =
        tasks.run(
            "reconnect",
            CONNECT_DEADLINE,
            () -> open(wanted),
            opened -> {
              if (mine == generation) {
                established(opened);
              } else {
                drop(opened);
              }
            },
            failure -> {
              if (mine == generation) {
                lost(failure);
              }
            });
  }

  /// A connection that opens after the deadline has nobody to close it but this.
  private ServiceConnection open(ConnectRequest wanted) throws ConnectFailure {
    ServiceConnection opened = connector.connect(wanted);
    if (Thread.interrupted()) {
      opened.close();
      throw new ConnectFailure(
          ConnectFailure.Kind.TIMEOUT, wanted.address(), "cancelled", "", null);
    }
    return opened;
  }

  private void drop(ServiceConnection old) {
    tasks.run(
        "close",
        CLOSE_DEADLINE,
        () -> {
          old.close();
          return true;
        },
        _ -> {},
        failure -> LOG.debug("connection.close.failed address={}", old.address(), failure));
  }

  private static String addressOf(@Nullable ConnectRequest request) {
    return request == null ? "" : request.address();
  }

  private static String reasonOf(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }

  private static ConnectFailure asConnectFailure(ConnectRequest wanted, Throwable failure) {
    return switch (failure) {
      case ConnectFailure typed -> typed;
      case TimeoutException late ->
          new ConnectFailure(
              ConnectFailure.Kind.TIMEOUT, wanted.address(), reasonOf(late), "", late);
      default ->
          new ConnectFailure(
              ConnectFailure.Kind.OTHER, wanted.address(), reasonOf(failure), "", failure);
    };
  }
}
