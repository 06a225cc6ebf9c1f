package org.relevo.proxy.consensus;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;

/// Where commands are put in order. Thread-safe; nothing here blocks.
public interface ClusterLog extends AutoCloseable {
  /// What came of a command.
  ///
  /// @param index its place in the log
  /// @param refusal why it changed nothing, "" when it took effect
  record Outcome(long index, String refusal) {}

  /// Who leads, as this member knows.
  ///
  /// @param leader empty while there is none, or none with a majority behind it
  /// @param self whether this member leads, and has applied all that was committed before
  record Leadership(long term, Optional<MemberId> leader, boolean self) {}

  /// Told on one thread, in order.
  interface Listener {
    /// A command was applied.
    void applied(long index, Command command, ClusterState state);

    /// A snapshot was installed: commands in between are not told.
    void installed(long index, ClusterState state);

    void leadership(Leadership leadership);
  }

  /// Completes when the command is applied here or at the leader; exceptionally
  /// ([java.util.concurrent.TimeoutException]) when it is not known whether it ever will be.
  CompletionStage<Outcome> propose(Command command);

  /// The state as last applied here; may be behind the leader's.
  ClusterState state();

  Leadership leadership();

  /// Tells the present state and leadership first.
  void listen(Listener listener);

  @Override
  void close();
}
