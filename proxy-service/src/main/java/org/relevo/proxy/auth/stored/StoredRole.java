package org.relevo.proxy.auth.stored;

import java.time.Instant;
import java.util.Optional;

/// What a login needs to know of a role.
///
/// @param password empty when the role is unknown or has none
/// @param validUntil when the password expires
/// @param canLogin false for a role without LOGIN
public record StoredRole(
    Optional<StoredPassword> password, Optional<Instant> validUntil, boolean canLogin) {
  /// A role that nobody knows; a login with it goes the same way as one with a wrong password.
  public static final StoredRole UNKNOWN = new StoredRole(Optional.empty(), Optional.empty(), true);

  public static StoredRole of(StoredPassword password) {
    return new StoredRole(Optional.of(password), Optional.empty(), true);
  }

  /// The password, unless it has expired.
  public Optional<StoredPassword> passwordAt(Instant now) {
    return validUntil.filter(until -> until.isBefore(now)).isPresent()
        ? Optional.empty()
        : password;
  }
}
