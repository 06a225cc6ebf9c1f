package org.relevo.proxy.auth;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.auth.stored.StoredRole;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.Scram;

/// A source of stored passwords that a test fills; [#remembered] may lag behind [#stored].
final class FixedPasswords implements StoredPasswordSource {
  final Map<String, StoredRole> stored = new HashMap<>();
  final Map<String, StoredRole> remembered = new HashMap<>();
  final Map<String, Set<String>> groups = new HashMap<>();
  int freshLookups;
  boolean gone;

  void scram(String role, String password) {
    stored.put(role, StoredRole.of(scramOf(password)));
  }

  void md5(String role, String password) {
    stored.put(role, StoredRole.of(new StoredPassword.Md5(Md5Password.hash(role, password))));
  }

  static StoredPassword.Scram scramOf(String password) {
    ByteString salt = ByteString.copyOf("sixteen bytes ok".getBytes(StandardCharsets.US_ASCII));
    return new StoredPassword.Scram(Scram.verifier(password, salt, 4096));
  }

  @Override
  public CompletionStage<StoredRole> role(String name, boolean fresh) {
    if (gone) {
      return CompletableFuture.failedFuture(new IllegalStateException("no primary"));
    }
    if (fresh) {
      freshLookups++;
      remembered.remove(name);
    }
    return CompletableFuture.completedFuture(
        Optional.ofNullable(remembered.get(name))
            .orElseGet(() -> stored.getOrDefault(name, StoredRole.UNKNOWN)));
  }

  @Override
  public CompletionStage<Set<String>> memberships(String name) {
    if (gone) {
      return CompletableFuture.failedFuture(new IllegalStateException("no primary"));
    }
    Set<String> all = new HashSet<>(groups.getOrDefault(name, Set.of()));
    all.add(name);
    return CompletableFuture.completedFuture(all);
  }
}
