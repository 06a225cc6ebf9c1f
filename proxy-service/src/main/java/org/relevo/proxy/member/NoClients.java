package org.relevo.proxy.member;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.core.BackendId;

/// Of a witness.
final class NoClients implements Clients {
  @Override
  public void lookAtServers() {
    // nobody probes
  }

  @Override
  public void writeUntil(long deadlineNs) {
    // nobody writes
  }

  @Override
  public void agreed(ClusterState state) {
    // nobody asks
  }

  @Override
  public CompletionStage<Integer> hold(boolean abandon) {
    return CompletableFuture.completedFuture(0);
  }

  @Override
  public CompletionStage<GoneOn> serve(BackendId primary) {
    return CompletableFuture.completedFuture(GoneOn.ALL);
  }

  @Override
  public CompletionStage<GoneOn> release() {
    return CompletableFuture.completedFuture(GoneOn.ALL);
  }

  @Override
  public void serveNobody(String reason) {
    // nobody is served
  }
}
