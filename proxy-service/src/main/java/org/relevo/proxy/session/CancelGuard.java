package org.relevo.proxy.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.core.BackendId;

/// Says whether a cancel request may go to a server now.
///
/// A session that waits for its commit to reach a standby does not undo the commit when it is
/// cancelled: it ends the wait and says that it is committed, though a failover may lose it. So no
/// client gets to do that where such commits are promised to survive. Thread-safe.
@FunctionalInterface
public interface CancelGuard {
  /// Every request may.
  CancelGuard NONE = (_, _) -> CompletableFuture.completedFuture(true);

  /// @param processId of the server's session
  /// @return false also when it cannot be known; never fails
  CompletionStage<Boolean> mayCancel(BackendId node, int processId);
}
