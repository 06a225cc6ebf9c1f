package org.relevo.proxy.auth;

import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;

/// What clients are told when they may not come in: PostgreSQL's words and codes.
final class LoginErrors {
  private LoginErrors() {}

  static BackendError wrongPassword(String user) {
    return BackendError.fatal(
        SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\"");
  }

  static BackendError emptyPassword() {
    return BackendError.fatal(SqlState.INVALID_PASSWORD, "empty password returned by client");
  }

  static BackendError mayNotLogIn(String user) {
    return unauthorized("role \"" + user + "\" is not permitted to log in");
  }

  static BackendError unauthorized(String message) {
    return BackendError.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message);
  }

  static BackendError protocol(String message) {
    return BackendError.fatal(SqlState.PROTOCOL_VIOLATION, message);
  }

  static BackendError unexpectedMessage() {
    return protocol("unexpected password message");
  }

  static BackendError tooManyLogins() {
    return BackendError.fatal(
            SqlState.TOO_MANY_CONNECTIONS, "sorry, too many logins are under way already")
        .withHint("Try again in a moment.");
  }

  static BackendError noSource() {
    return BackendError.fatal(
            SqlState.CANNOT_CONNECT_NOW, "passwords cannot be checked at the moment")
        .withHint("Try again when the primary server can be reached.");
  }
}
