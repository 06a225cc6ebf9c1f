package org.relevo.proxy.pair;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.PairMXBean;
import org.relevo.jmx.contract.PairPath;
import org.relevo.jmx.contract.PairPing;
import org.relevo.jmx.contract.PairStatus;
import org.relevo.proxy.agent.Journal;

/// The pair for management. Owner: none, [PairKeeper] is thread-safe.
public final class PairBean implements PairMXBean {
  private static final long MS = 1_000_000;

  private final PairKeeper keeper;
  private final Journal journal;
  private final Supplier<String> caller;

  /// @param caller who is calling now, such as `admin (ADMIN)`
  public PairBean(PairKeeper keeper, Journal journal, Supplier<String> caller) {
    this.keeper = keeper;
    this.journal = journal;
    this.caller = caller;
  }

  @Override
  public PairStatus getStatus() {
    PairKeeper.View view = keeper.view();
    long nowNs = System.nanoTime();
    List<PairPath> paths =
        keeper.paths().stream()
            .map(each ->
                new PairPath(
                    each.way(),
                    each.heardNs() == 0 ? -1 : (nowNs - each.heardNs()) / MS,
                    each.received(),
                    each.refused(),
                    each.trouble()))
            .toList();
    return new PairStatus(
        keeper.settings().self().value(),
        keeper.settings().other().value(),
        view.mode().name().toLowerCase(Locale.ROOT),
        view.claim().generation(),
        view.other().equals(Claim.NONE) ? "" : view.other().toString(),
        paths.stream().mapToLong(PairPath::heardMs).filter(ms -> ms >= 0).min().orElse(-1),
        keeper.settings().fence().isPresent(),
        view.net(),
        view.vetoed(),
        view.trouble(),
        paths,
        keeper.pingNodes().stream()
            .map(each -> new PairPing(each.name(), each.answers()))
            .toList());
  }

  @Override
  public void confirmDead(String member, boolean oldData, boolean despiteSigns) {
    String refusal = keeper.confirmDead(member, oldData, despiteSigns);
    journal.record(
        LogLevel.WARN,
        "pair.confirm-dead",
        "member=%s old_data=%s despite_signs=%s actor=\"%s\" refusal=\"%s\""
            .formatted(member, oldData, despiteSigns, caller.get(), refusal));
    if (!refusal.isEmpty()) {
      throw new IllegalStateException(refusal);
    }
  }
}
