package org.relevo.proxy.auth;

import java.security.SecureRandom;
import java.time.Clock;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.wire.ByteString;

/// What logins need for as long as the service runs, whatever its settings become.
///
/// Thread-safe.
///
/// @param source what servers store of passwords
/// @param computing derives keys
/// @param waiting asks other services
/// @param pam asks PAM, which holds threads of the system
/// @param mockSecret random; salts of unknown roles come from it
public record AuthTools(
    StoredPasswordSource source,
    OffLoop computing,
    OffLoop waiting,
    OffLoop pam,
    Clock clock,
    ByteString mockSecret)
    implements AutoCloseable {
  private static final int SECRET_BYTES = 32;
  private static final int WAITING_AT_ONCE = 64;
  private static final int PAM_AT_ONCE = 8;

  public static AuthTools of(StoredPasswordSource source) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    int processors = Runtime.getRuntime().availableProcessors();
    return new AuthTools(
        source,
        OffLoop.computing("login-keys-", Math.max(1, processors / 2)),
        OffLoop.waiting("login-check-", WAITING_AT_ONCE),
        OffLoop.computing("login-pam-", PAM_AT_ONCE),
        Clock.systemUTC(),
        ByteString.copyOf(secret));
  }

  /// The same tools with another source; only one of both is to be closed.
  public AuthTools with(StoredPasswordSource other) {
    return new AuthTools(other, computing, waiting, pam, clock, mockSecret);
  }

  /// Logins under way end with their connections.
  @Override
  public void close() {
    computing.close();
    waiting.close();
    pam.close();
  }

  @Override
  public String toString() {
    return "AuthTools";
  }
}
