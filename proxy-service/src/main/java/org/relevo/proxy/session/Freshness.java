package org.relevo.proxy.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.server.ServerConnection;

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

        @Override
        public Duration patience() {
          return Duration.ZERO;
        }

        @Override
        public void readArrives() {
          // nobody looks
        }

        @Override
        public void whenReplayed(Duration limit, boolean there, Executor executor, Runnable done) {
          executor.execute(done);
        }

        @Override
        public @Nullable ServerWait serverWait(Duration limit) {
          return null;
        }

        @Override
        public void cannotWait(BackendId node) {
          // none was asked
        }

        @Override
        public boolean proves(ServerConnection standby) {
          return true;
        }

        @Override
        public void whenProven(
            ServerConnection standby, Duration limit, Executor executor, Runnable done) {
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

  // ------------------------------------------------------------------ reads that wait

  /// A standby that waits by itself.
  ///
  /// @param statement for it to run before the read; it fails when it has waited in vain
  record ServerWait(BackendId node, String statement) {}

  /// How long a read may wait for a standby; zero for not at all.
  Duration patience();

  /// The next read is at the front.
  void readArrives();

  /// Calls back when it is worth routing the read again, or when the limit is over.
  ///
  /// @param there whether a standby that waits by itself will do
  void whenReplayed(Duration limit, boolean there, Executor executor, Runnable done);

  /// A standby that waits by itself for what the read must see; null for none, or while that is not
  /// known.
  @Nullable ServerWait serverWait(Duration limit);

  /// The server of this node does not know how to wait, whatever its version says.
  void cannotWait(BackendId node);

  /// Whether what is known of a standby is true of this connection's server: it has told its
  /// position since the connection was opened. One that was restarted may be behind where it was.
  boolean proves(ServerConnection standby);

  /// Calls back when that is so, or when the limit is over.
  void whenProven(ServerConnection standby, Duration limit, Executor executor, Runnable done);
}
