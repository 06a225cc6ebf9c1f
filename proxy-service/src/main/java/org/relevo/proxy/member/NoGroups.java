package org.relevo.proxy.member;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.GroupCommand;

/// Nothing.
final class NoGroups implements Groups {
  @Override
  public void start(Function<GroupCommand, CompletionStage<String>> say) {}

  @Override
  public void see(ClusterState state, long writesUntilNs) {}

  @Override
  public void close() {}
}
