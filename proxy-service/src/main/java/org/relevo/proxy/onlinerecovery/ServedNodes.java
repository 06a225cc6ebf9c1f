package org.relevo.proxy.onlinerecovery;

import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;

/// What recovery needs of whoever serves the nodes to clients. Thread-safe.
public interface ServedNodes {
  ClusterView view();

  /// Whether every node takes writes by itself and the service sends it the same statements. Then a
  /// recovered node has to stand at the others' exact position when it is used again.
  boolean statements();

  /// The node that others are recovered from; empty while none is certain.
  Optional<BackendId> main();

  /// The writes of all clients.
  WriteHold writes();

  /// From now on the node is not used, whatever it answers, and shown as being recovered.
  void beginRecovery(BackendId node) throws RecoveryFailure, InterruptedException;

  /// Whether a copy of this node is still worth anything: with statement replication one that was
  /// detached meanwhile has missed commits, and so has every copy of it.
  ///
  /// @throws RecoveryFailure when it is not
  void checkSource(BackendId source) throws RecoveryFailure;

  /// The recovery is over. With statement replication, writing clients wait at this moment when
  /// `whole`, and the node has all that the main node has.
  ///
  /// @param source node that it is a copy of, as [#checkSource] asks for when `whole`
  /// @param whole whether it may be used; otherwise it stays out as it was before
  void endRecovery(BackendId node, BackendId source, boolean whole)
      throws RecoveryFailure, InterruptedException;

  /// Takes a node out by hand.
  ///
  /// @throws RecoveryFailure when it cannot be done without
  void detach(BackendId node, String actor, String reason)
      throws RecoveryFailure, InterruptedException;

  /// Lets a node be used again that was taken out by hand.
  ///
  /// @throws RecoveryFailure when it has to be recovered first
  void attach(BackendId node, String actor, String reason)
      throws RecoveryFailure, InterruptedException;
}
