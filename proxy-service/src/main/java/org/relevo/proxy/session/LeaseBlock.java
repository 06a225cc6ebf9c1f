package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// The part that one lease's node takes in the client's transaction block.
///
/// Owner: event loop of the session.
final class LeaseBlock {
  private static final List<byte[]> ROLLBACK =
      List.of("ROLLBACK".getBytes(StandardCharsets.US_ASCII));

  private final Lease lease;
  private int told;
  private boolean ending;

  LeaseBlock(Lease lease) {
    this.lease = lease;
  }

  /// How many statements of the prelude the node has run; 0 for none.
  int told() {
    return told;
  }

  void told(int statements) {
    told = statements;
  }

  /// Whether the node takes part.
  boolean open() {
    ServerConnection now = lease.connection();
    return now != null && (told > 0 || now.outstanding().status() != 'I');
  }

  /// Whether it has failed there.
  boolean failed() {
    ServerConnection now = lease.connection();
    return now != null && now.outstanding().status() == 'E';
  }

  /// Whether what it had begun is being taken back.
  boolean ending() {
    return ending;
  }

  /// Tells the node what it has not been told.
  ///
  /// @param prelude all of it
  /// @param whenDone gets the error of the server, or that it was lost
  void tell(List<byte[]> prelude, Consumer<Optional<BackendError>> whenDone) {
    ServerConnection now = lease.lock();
    List<byte[]> missing = List.copyOf(prelude.subList(told, prelude.size()));
    int all = prelude.size();
    Errand.run(
        now,
        missing,
        problem -> {
          if (lease.unlock(now)) {
            told = all;
            whenDone.accept(problem);
          }
        });
  }

  /// Takes back what the node has begun; the connection goes back where the mode says so.
  void end() {
    ServerConnection now = lease.held();
    if (now == null) {
      var _ = lease.leaveQueue();
    } else if (now.outstanding().status() != 'I') {
      ending = true;
      Errand.run(lease.lock(), ROLLBACK, problem -> ended(now, problem.orElse(null)));
    } else {
      told = 0;
      lease.spare();
    }
  }

  private void ended(ServerConnection now, @Nullable BackendError problem) {
    ending = false;
    told = 0;
    if (lease.unlock(now)) {
      lease.freed(now, problem);
    }
  }
}
