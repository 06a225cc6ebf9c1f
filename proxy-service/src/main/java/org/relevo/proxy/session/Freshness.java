package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.Lsn;

/// What a standby must have replayed so that a session sees its own writes. Thread-safe; never
/// blocks.
public interface Freshness {
  /// Nothing is asked of standbys.
  Freshness ANY =
      new Freshness() {
        @Override
        public long mark() {
          return 0;
        }

        @Override
        public @Nullable Lsn bound(long mark) {
          return null;
        }
      };

  /// A moment after a write was acknowledged by the primary: now.
  long mark();

  /// What must have been replayed for everything acknowledged before a mark to be seen.
  ///
  /// @return null for nothing, the greatest position while it is not known yet
  @Nullable Lsn bound(long mark);
}
