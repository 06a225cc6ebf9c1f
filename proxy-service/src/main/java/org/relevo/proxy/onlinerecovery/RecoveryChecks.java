package org.relevo.proxy.onlinerecovery;

import java.util.Optional;
import org.relevo.proxy.core.BackendId;

/// Whether a recovery may begin: a decision over what was seen, without effects. The first that
/// speaks against it counts.
final class RecoveryChecks {
  /// A copy needs this much more than the databases: log, and what changes meanwhile.
  private static final double SPARE = 1.1;

  private static final long MB = 1 << 20;

  private RecoveryChecks() {}

  /// @param served whether clients use the target now
  /// @param shown what the target is called, with its data directory
  /// @return why not; empty when nothing speaks against it
  static Optional<String> problem(
      BackendId target,
      String shown,
      BackendId source,
      boolean served,
      SourceFacts from,
      TargetFacts to) {
    if (target.equals(source)) {
      return Optional.of(
          "%s is the node that the others are recovered from; make another one the main node first"
              .formatted(target));
    }
    if (served) {
      return Optional.of(
          "%s is in use; detach it first: relevo ctl node detach %d"
              .formatted(target, target.value()));
    }
    if (from.recovery()) {
      return Optional.of(
          source + " is itself a standby, so nothing can be recovered from it at present");
    }
    if (from.walLevel().equals("minimal")) {
      return Optional.of(
          "wal_level of %s is minimal; set it to replica and restart it".formatted(source));
    }
    if (from.senders() < 2 || from.slots() < 1) {
      return Optional.of(
          "%s has %d free max_wal_senders and %d free max_replication_slots; 2 and 1 are needed"
              .formatted(source, from.senders(), from.slots()));
    }
    if (to.programs() != from.major()) {
      return Optional.of(
          to.programs() == 0
              ? "there are no programs of PostgreSQL for %s; set pg_bindir".formatted(target)
              : "the programs for %s are of PostgreSQL %d, %s is of %d"
                  .formatted(target, to.programs(), source, from.major()));
    }
    return ofDirectory(shown, source, from, to);
  }

  private static Optional<String> ofDirectory(
      String shown, BackendId source, SourceFacts from, TargetFacts to) {
    if (to.present() && to.major() == 0) {
      return Optional.of(
          shown + " holds something that is no data directory of PostgreSQL; it is left as it is");
    }
    if (to.present() && to.major() != from.major()) {
      return Optional.of(
          "%s is of PostgreSQL %d, %s is of %d; it is left as it is"
              .formatted(shown, to.major(), source, from.major()));
    }
    if (to.present() && !to.systemIdentifier().equals(from.systemIdentifier())) {
      return Optional.of(
          "%s belongs to system %s, %s to %s; it is left as it is; move it away for a copy"
              .formatted(
                  shown,
                  to.systemIdentifier().isEmpty() ? "unknown" : to.systemIdentifier(),
                  source,
                  from.systemIdentifier()));
    }
    long needed = (long) (from.bytes() * SPARE);
    if (to.freeBytes() < needed) {
      return Optional.of(
          "no room for a copy beside %s: %d MB are free, about %d MB are needed; none was deleted"
              .formatted(shown, to.freeBytes() / MB, needed / MB));
    }
    return Optional.empty();
  }
}
