package org.relevo.proxy.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.session.Freshness;

/// Positions as a test wants them: reads are late while there is a bound.
public final class FakeFreshness implements Freshness {
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<BackendId> lacking = new ArrayList<>();
  private @Nullable Lsn bound;
  private boolean proven = true;
  private Duration patience = Duration.ZERO;
  private @Nullable ServerWait server;

  /// What standbys have not replayed, null for nothing.
  public void bound(@Nullable Lsn missing) {
    bound = missing;
  }

  /// Whether connections are of servers that were sampled since.
  public void proven(boolean now) {
    proven = now;
  }

  public void patience(Duration longest) {
    patience = longest;
  }

  /// A standby that waits by itself.
  public void server(ServerWait wait) {
    server = wait;
  }

  /// Reads that wait.
  public int waiting() {
    return waiting.size();
  }

  /// Whoever waits is called back.
  public void news() {
    List<Runnable> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(Runnable::run);
  }

  /// Nodes that could not wait.
  public List<BackendId> lacking() {
    return lacking;
  }

  @Override
  public void wrote() {
    // the test says what must be seen
  }

  @Override
  public @Nullable Lsn bound() {
    return bound;
  }

  @Override
  public Optional<String> adopt(String token) {
    return Optional.empty();
  }

  @Override
  public Optional<String> token() {
    return Optional.empty();
  }

  @Override
  public void whenSettled(Duration limit, Executor executor, Runnable done) {
    executor.execute(done);
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public void readArrives() {
    // nobody looks
  }

  @Override
  public void whenReplayed(Duration limit, boolean there, Executor executor, Runnable done) {
    waiting.add(() -> executor.execute(done));
  }

  @Override
  public @Nullable ServerWait serverWait(Duration limit) {
    return server;
  }

  @Override
  public void cannotWait(BackendId node) {
    lacking.add(node);
  }

  @Override
  public boolean proves(ServerConnection standby) {
    return proven;
  }

  @Override
  public void whenProven(
      ServerConnection standby, Duration limit, Executor executor, Runnable done) {
    waiting.add(() -> executor.execute(done));
  }
}
