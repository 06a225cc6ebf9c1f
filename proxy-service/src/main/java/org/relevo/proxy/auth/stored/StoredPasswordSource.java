package org.relevo.proxy.auth.stored;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Where stored passwords and memberships of roles come from. Thread-safe; never blocks.
///
/// A stage that fails means that nobody could be asked, not that the role is unknown.
public interface StoredPasswordSource {
  /// Knows nobody; for services that ask no server.
  StoredPasswordSource NONE =
      new StoredPasswordSource() {
        @Override
        public CompletionStage<StoredRole> role(String name, boolean fresh) {
          return CompletableFuture.completedFuture(StoredRole.UNKNOWN);
        }

        @Override
        public CompletionStage<Set<String>> memberships(String name) {
          return CompletableFuture.completedFuture(Set.of(name));
        }
      };

  /// @param fresh not from memory, for a check that just failed with what was remembered
  /// @return [StoredRole#UNKNOWN] when there is no such role
  CompletionStage<StoredRole> role(String name, boolean fresh);

  /// Roles that a role is a member of, directly and indirectly, itself included.
  CompletionStage<Set<String>> memberships(String name);
}
