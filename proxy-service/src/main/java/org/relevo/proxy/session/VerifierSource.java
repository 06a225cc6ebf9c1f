package org.relevo.proxy.session;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// Where stored passwords of roles come from, for logging sessions in at a new server. Never
/// blocks.
@FunctionalInterface
public interface VerifierSource {
  /// @return `pg_authid.rolpassword` by role; roles without password or unknown are left out
  CompletionStage<Map<String, String>> storedPasswords(Set<String> roles);
}
