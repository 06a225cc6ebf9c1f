package org.relevo.proxy.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.LocalCredentials;
import org.relevo.jmx.client.UnreachableException;
import org.relevo.jmx.contract.GateMXBean;
import org.relevo.jmx.contract.GateRelease;
import org.relevo.jmx.contract.GateStatus;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Another service's gate. A service that nobody answers for has no clients to hold, so it counts
/// as held and empty; one that answers but fails makes the call fail.
///
/// The connection is kept open ahead of need, because making one (TLS, log-in) inside an operation
/// would lengthen the time that clients wait.
///
/// Owner: itself, guarded by its lock; a virtual thread keeps the connection.
public final class PeerGate implements TrafficGate, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerGate.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

  /// Moving many sessions may take a while; the gate's own deadline ends it.
  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

  private static final long KEEP_PERIOD_MS = 2_000;
  private static final long POLL_MS = 5;
  private static final State EMPTY = new State(Optional.empty(), -1, -1, 0, 0);

  private final Path credentials;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable JmxConnection connection;
  private boolean closed;

  /// @param credentials file that the other service wrote, or a copy of it
  public PeerGate(Path credentials) {
    this.credentials = credentials;
  }

  /// Begins to keep a connection.
  public PeerGate start() {
    Thread.ofVirtual().name("peer-keeper").start(this::keep);
    return this;
  }

  private void keep() {
    try {
      do {
        try {
          gate().ifPresent(GateMXBean::getStatus);
        } catch (IOException | RuntimeException e) {
          // Tried again soon; an operation that needs it meanwhile tells its own failure.
          drop();
          LOG.debug("peer.lost service={} cause=\"{}\"", credentials, e.getMessage());
        }
      } while (!closing.await(KEEP_PERIOD_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The other service's state; an absent one holds nothing.
  @Override
  public State state() {
    try {
      return gate().map(gate -> state(gate.getStatus())).orElse(EMPTY);
    } catch (IOException | RuntimeException e) {
      drop();
      throw new IllegalStateException("service of " + credentials + ": " + e.getMessage(), e);
    }
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    return onThread(
        "hold",
        () -> {
          Optional<GateMXBean> gate = gate();
          if (gate.isEmpty()) {
            return EMPTY;
          }
          gate.get().hold(operationId, atMost.toMillis());
          return awaitBoundary(gate.get(), operationId);
        });
  }

  private static State awaitBoundary(GateMXBean gate, String operationId)
      throws InterruptedException {
    while (true) {
      GateStatus status = gate.getStatus();
      if (!status.holder().equals(operationId)) {
        throw new IllegalStateException(
            status.inTransaction() + " sessions were still in a transaction at the deadline");
      }
      if (status.inTransaction() == 0) {
        return state(status);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    return onThread(
        "prepare",
        () -> {
          Optional<GateMXBean> gate = gate();
          return gate.isEmpty() ? 0 : gate.get().prepareMove(operationId);
        });
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    return onThread(
        "move",
        () -> {
          Optional<GateMXBean> gate = gate();
          if (gate.isEmpty()) {
            return new MoveReport(0, 0);
          }
          GateRelease release = gate.get().release(operationId, primary.value());
          return new MoveReport(release.moved(), release.ended());
        });
  }

  @Override
  public void release(String operationId) {
    var _ =
        onThread(
            "release",
            () -> {
              gate().ifPresent(gate -> gate.release(operationId, -1));
              return true;
            });
  }

  private <T> CompletionStage<T> onThread(String what, Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("peer-" + what)
        .start(() -> {
          try {
            result.complete(call.call());
          } catch (Exception e) {
            drop();
            LOG.warn("peer.{}-failed service={} cause=\"{}\"", what, credentials, e.getMessage());
            result.completeExceptionally(
                new IOException("service of " + credentials + ": " + e.getMessage(), e));
          }
        });
    return result;
  }

  private static State state(GateStatus status) {
    return new State(
        status.closed() ? Optional.of(status.holder()) : Optional.empty(),
        status.closedAtEpochMs(),
        status.opensAtLatestEpochMs(),
        status.atBoundary(),
        status.inTransaction());
  }

  /// @return empty when nothing listens there
  private synchronized Optional<GateMXBean> gate() throws IOException {
    if (closed) {
      throw new IOException("this service is stopping");
    }
    if (connection == null) {
      try {
        connection = LocalCredentials.read(credentials).open(CONNECT_LIMIT, CALL_LIMIT);
      } catch (UnreachableException e) {
        LOG.debug("peer.absent service={} cause=\"{}\"", credentials, e.getMessage());
        return Optional.empty();
      }
    }
    return Optional.of(connection.gate());
  }

  private synchronized void drop() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /// The file that names the other service.
  @Override
  public String toString() {
    return credentials.toString();
  }

  @Override
  public synchronized void close() {
    closing.countDown();
    closed = true;
    drop();
  }
}
