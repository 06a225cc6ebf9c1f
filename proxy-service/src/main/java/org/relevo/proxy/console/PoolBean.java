package org.relevo.proxy.console;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.QueueEntry;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.StatementCacheInfo;
import org.relevo.proxy.console.Picture.Part;

/// Shows over JMX what the console shows, from the same source. Calls wait, so they must not come
/// from an event loop.
public final class PoolBean implements PoolMXBean {
  private static final long LIMIT_SECONDS = 5;

  private final Supplier<PoolInfo> info;
  private final LongFunction<List<PoolSample>> samples;
  private final ConsoleSource source;
  private final Supplier<String> caller;

  /// @param samples those after a sequence
  /// @param caller who calls, for the log
  public PoolBean(
      Supplier<PoolInfo> info,
      LongFunction<List<PoolSample>> samples,
      ConsoleSource source,
      Supplier<String> caller) {
    this.info = info;
    this.samples = samples;
    this.source = source;
    this.caller = caller;
  }

  @Override
  public PoolInfo getInfo() {
    return info.get();
  }

  @Override
  public List<PoolSample> samplesSince(long sequence) {
    return samples.apply(sequence);
  }

  @Override
  public List<PoolStatus> getPools() {
    return picture(Part.POOLS).pools().stream()
        .sorted(
            Comparator.comparingInt(PoolStatus::nodeId)
                .thenComparing(PoolStatus::database)
                .thenComparing(PoolStatus::user))
        .limit(MAX_ROWS)
        .toList();
  }

  @Override
  public StatementCacheInfo getStatementCache() {
    return source.statementCache();
  }

  @Override
  public List<QueueEntry> queue(int maxRows) {
    return picture(Part.QUEUE).queue().stream().limit(rows(maxRows)).toList();
  }

  @Override
  public List<ClientInfo> clients(int maxRows) {
    return picture(Part.CLIENTS).clients().stream()
        .sorted(Comparator.comparingLong(ClientInfo::id).reversed())
        .limit(rows(maxRows))
        .toList();
  }

  @Override
  public List<ServerConnectionInfo> serverConnections(int maxRows) {
    return picture(Part.SERVERS).servers().stream()
        .sorted(Comparator.comparingLong(ServerConnectionInfo::id).reversed())
        .limit(rows(maxRows))
        .toList();
  }

  @Override
  public void killClient(long clientId) {
    act(new Act.KillClient(clientId));
  }

  @Override
  public void reconnect(String database) {
    act(new Act.Reconnect(Optional.of(database).filter(name -> !name.isEmpty())));
  }

  private void act(Act act) {
    await(source.act(act, caller.get()));
  }

  private Picture picture(Part part) {
    return await(source.picture(EnumSet.of(part)));
  }

  private static int rows(int maxRows) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows must be 1 to " + MAX_ROWS + ": " + maxRows);
    }
    return maxRows;
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ConsoleException refused) {
        throw new IllegalStateException(refused.getMessage());
      }
      if (e.getCause() instanceof TimeoutException) {
        throw new IllegalStateException(
            "an event loop did not answer within " + LIMIT_SECONDS + " s");
      }
      throw e;
    }
  }
}
