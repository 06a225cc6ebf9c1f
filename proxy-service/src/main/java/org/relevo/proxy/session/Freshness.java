package org.relevo.proxy.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.Lsn;

/// What a standby must have replayed so that one session sees its own writes, and those of the
/// token that it brought along. Never blocks.
///
/// Owner: event loop of the session.
public interface Freshness {
  /// Nothing is asked of standbys.
  Freshness ANY =
      new Freshness() {
        @Override
        public void wrote() {
          // nobody looks
        }

        @Override
        public @Nullable Lsn bound() {
          return null;
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
      };

  /// A write was acknowledged by the primary just now.
  void wrote();

  /// What must have been replayed for the session's next read.
  ///
  /// @return null for nothing, the greatest position while it is not known yet
  @Nullable Lsn bound();

  /// The session is to see what the session of this token was told.
  ///
  /// @param token "" takes the former one back
  /// @return why it cannot be used, empty when it was taken; text for the client
  Optional<String> adopt(String token);

  /// What another connection is given to see what this one was told; empty while that is not known.
  Optional<String> token();

  /// Calls back when [#token] is worth asking again, or when the limit is over.
  void whenSettled(Duration limit, Executor executor, Runnable done);
}
