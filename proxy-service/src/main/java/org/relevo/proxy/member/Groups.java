package org.relevo.proxy.member;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.GroupCommand;

/// The resources of this machine that one member at a time has, as the control sees them.
public interface Groups extends AutoCloseable {
  /// A member without any.
  Groups NONE = new NoGroups();

  /// @param say proposes a command: answers "" when it took effect, else why not; exceptionally
  ///   when that is not known
  void start(Function<GroupCommand, CompletionStage<String>> say);

  /// What this member has applied, and until when it may act on it. Called on the member's thread;
  /// does not block.
  void see(ClusterState state, long writesUntilNs);

  /// Lets everything go in order, and says so while the log is still there.
  @Override
  void close();
}
