package org.relevo.jmx.advisor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.AdvisorMXBean;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.sessions.Link;
import org.relevo.jmx.sessions.Sessions;

/// Looks at every server and applies the rules.
///
/// Owner: itself; any thread may ask, one look is taken at a time.
public final class Advisor implements AdvisorMXBean {
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final List<Node> nodes;
  private final ProcessTable processes;
  private final LongSupplier memoryBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private long takenNanos;
  private volatile List<Advice> last = List.of();
  private volatile List<String> missing = List.of();
  private volatile long checkedAtEpochMs = -1;

  /// A server that is looked at.
  public record Node(Link link, Sessions sessions) {}

  /// @param memoryBytes of this machine; -1 while not known
  public Advisor(List<Node> nodes, ProcessTable processes, LongSupplier memoryBytes) {
    this.nodes = List.copyOf(nodes);
    this.processes = processes;
    this.memoryBytes = memoryBytes;
  }

  @Override
  public List<String> getRules() {
    return Rules.NAMES;
  }

  @Override
  public long getCheckedAtEpochMs() {
    return checkedAtEpochMs;
  }

  @Override
  public List<String> getMissing() {
    return missing;
  }

  @Override
  public List<Advice> advice(boolean fresh) {
    lock.lock();
    try {
      boolean young = checkedAtEpochMs > 0 && System.nanoTime() - takenNanos < KEPT_NANOS;
      if (fresh || !young) {
        look();
      }
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    List<String> gaps = new ArrayList<>();
    List<NodeFacts> facts = new ArrayList<>();
    for (Node node : nodes) {
      try {
        facts.add(
            new FactReader(node.link(), node.sessions(), processes, memoryBytes.getAsLong(), gaps)
                .read());
      } catch (IllegalStateException e) {
        gaps.add(e.getMessage());
      }
    }
    last = Rules.apply(facts);
    missing = List.copyOf(gaps);
    checkedAtEpochMs = System.currentTimeMillis();
    takenNanos = System.nanoTime();
  }
}
