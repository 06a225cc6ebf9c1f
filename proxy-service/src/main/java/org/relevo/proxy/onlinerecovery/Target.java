package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import org.relevo.proxy.health.NodeSettings;

/// The machine of the node that is recovered.
///
/// Owner: the recovery's thread; [#close] breaks off what runs, from any thread.
interface Target extends AutoCloseable {
  /// How the node's data comes: `standby` or `ssh`.
  String way();

  /// What the steps do, for people.
  String describe();

  TargetFacts look() throws IOException, RecoveryFailure, InterruptedException;

  /// Makes the node a standby that streams from the source, by the shortest way that is safe. What
  /// was there before stays whole until the new data is.
  ///
  /// @return how it was done, for people
  String follow(NodeSettings source) throws IOException, RecoveryFailure, InterruptedException;

  @Override
  void close();
}
