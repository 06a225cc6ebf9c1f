package org.relevo.proxy.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.console.ConsoleException;
import org.relevo.proxy.console.NodeState;
import org.relevo.proxy.core.BackendId;

/// What the console shows and does that is not the data plane's. Called on event loops: nothing
/// here blocks.
public interface ServiceSide {
  /// A data plane without a service around it.
  ServiceSide NONE =
      new ServiceSide() {
        @Override
        public String version() {
          return "dev";
        }

        @Override
        public List<SettingState> settings() {
          return List.of();
        }

        @Override
        public double weight(BackendId node) {
          return 1;
        }

        @Override
        public CompletionStage<Void> reload(String who) {
          return CompletableFuture.failedFuture(
              new ConsoleException("55000", "there is no configuration file"));
        }
      };

  /// What probes of a server have come to; empty where they are not counted.
  default Optional<NodeState.Health> health(BackendId node) {
    return Optional.empty();
  }

  /// How a standby receives the log.
  default Replication replication(BackendId node) {
    return new Replication("", "");
  }

  /// In the words of `pg_stat_replication`, "" for what is not known.
  record Replication(String state, String sync) {}

  /// Of the service.
  String version();

  /// Settings as they stand, secrets masked.
  List<SettingState> settings();

  /// Share in load balancing.
  double weight(BackendId node);

  /// Reads the configuration anew, on another thread; fails with [ConsoleException] when it was
  /// refused.
  ///
  /// @param who for the log
  CompletionStage<Void> reload(String who);
}
