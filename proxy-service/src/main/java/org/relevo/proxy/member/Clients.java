package org.relevo.proxy.member;

import java.util.concurrent.CompletionStage;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.core.BackendId;

/// The clients of this member, as the control sees them. Called on the member's thread; nothing
/// blocks.
public interface Clients {
  /// A member without any.
  Clients NONE = new NoClients();

  /// Nothing is passed to the primary or from it from this moment of [System#nanoTime] on.
  void writeUntil(long deadlineNs);

  /// Clients begin nothing new.
  ///
  /// @param abandon the primary is lost: what is open with it ends now and is told truthfully; else
  ///   transactions end as usual, and what sessions carry is looked at for a move
  /// @return completes when no transaction of theirs is open, with the number of sessions that are
  ///   held
  CompletionStage<Integer> hold(boolean abandon);

  /// What the members have agreed on has changed: which life of which server takes writes, and
  /// which servers are not to be used.
  void agreed(ClusterState state);

  /// Something has changed at a server: its probes need not wait for their period.
  void lookAtServers();

  /// How clients went on after a hold.
  ///
  /// @param moved sessions that are on the new primary now
  /// @param ended sessions that could not be moved
  record GoneOn(int moved, int ended) {
    public static final GoneOn ALL = new GoneOn(0, 0);
  }

  /// Everybody goes on, with this primary.
  ///
  /// @return completes when everybody does
  CompletionStage<GoneOn> serve(BackendId primary);

  /// Everybody goes on as before the hold.
  ///
  /// @return completes when everybody does
  CompletionStage<GoneOn> release();

  /// There is no primary.
  void serveNobody(String reason);
}
