package org.relevo.proxy.mbean;

import java.util.List;
import java.util.function.Supplier;
import org.relevo.jmx.contract.PositionsMXBean;
import org.relevo.jmx.contract.PositionsStatus;
import org.relevo.jmx.contract.SampledPosition;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.freshness.Positions.NodePosition;
import org.relevo.proxy.freshness.SamplerFigures;

/// Figures of the sampler of positions. Owner: none; each call reads one immutable picture.
public final class PositionsBean implements PositionsMXBean {
  private static final int NONE = -1;

  private final Supplier<SamplerFigures> figures;

  public PositionsBean(Supplier<SamplerFigures> figures) {
    this.figures = figures;
  }

  @Override
  public PositionsStatus getStatus() {
    SamplerFigures now = figures.get();
    long nowNs = System.nanoTime();
    BackendId primary = now.positions().view().primary();
    List<SampledPosition> nodes =
        now.positions().nodes().stream().map(node -> sampled(node, nowNs)).toList();
    return new PositionsStatus(
        primary == null ? NONE : primary.value(),
        now.samples(),
        now.samplesPerSecond(),
        now.failures(),
        now.marks(),
        now.unsettledMarks(),
        now.waitingReads(),
        nodes);
  }

  private static SampledPosition sampled(NodePosition node, long nowNs) {
    boolean known = node.sampled();
    return new SampledPosition(
        node.id().value(),
        known,
        node.standby(),
        node.timeline(),
        known ? node.position().toString() : "",
        known && node.standby() ? node.received().toString() : "",
        node.lagBytes(),
        node.lagMs(),
        known ? Math.max(0, (nowNs - node.endedAtNs()) / 1_000_000) : NONE);
  }
}
