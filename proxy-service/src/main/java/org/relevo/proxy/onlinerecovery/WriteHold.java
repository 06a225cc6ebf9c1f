package org.relevo.proxy.onlinerecovery;

import java.time.Duration;

/// Holds the transactions of all clients that write, for the moment in which a node is brought to
/// the others' exact position.
public interface WriteHold {
  /// Where nothing has to be held.
  WriteHold NONE =
      new WriteHold() {
        @Override
        public boolean hold(String id, Duration patience, Duration needed) {
          throw new IllegalStateException("writes are not held where there is one primary");
        }

        @Override
        public boolean held(String id) {
          return false;
        }

        @Override
        public void release(String id) {
          // Nothing is held.
        }
      };

  /// New transactions that write wait from now on, open ones may end.
  ///
  /// @param id who holds them
  /// @param patience for open ones to end
  /// @param needed how long they are to be held after that at most
  /// @return whether all have ended; otherwise nothing is held any more
  boolean hold(String id, Duration patience, Duration needed)
      throws RecoveryFailure, InterruptedException;

  /// Whether they are held still.
  boolean held(String id);

  /// They go on. Does nothing when this one does not hold them.
  void release(String id);
}
