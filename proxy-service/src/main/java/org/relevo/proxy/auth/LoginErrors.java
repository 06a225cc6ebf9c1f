package org.relevo.proxy.auth;

import java.util.concurrent.RejectedExecutionException;
import org.relevo.proxy.auth.hba.HbaRequest;
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

  static BackendError noCertificate() {
    return unauthorized("connection requires a valid client certificate");
  }

  static BackendError wrongCertificate(String user) {
    return unauthorized("certificate authentication failed for user \"" + user + "\"");
  }

  /// @param kind of the method, such as LDAP
  static BackendError externalFailed(String kind, String user) {
    return unauthorized(kind + " authentication failed for user \"" + user + "\"");
  }

  static BackendError rejected(HbaRequest request) {
    return unauthorized(
        request.replication()
            ? "pool_hba.conf rejects replication connection for " + who(request)
            : "pool_hba.conf rejects connection for " + who(request));
  }

  static BackendError noEntry(HbaRequest request) {
    return unauthorized(
        request.replication()
            ? "no pool_hba.conf entry for replication connection from " + who(request)
            : "no pool_hba.conf entry for " + who(request));
  }

  private static String who(HbaRequest request) {
    String host = request.address().map(address -> address.getHostAddress()).orElse("[local]");
    String database = request.replication() ? "" : ", database \"" + request.database() + "\"";
    return "host \""
        + host
        + "\", user \""
        + request.user()
        + "\""
        + database
        + (request.tls() ? ", SSL encryption" : ", no encryption");
  }

  /// That too much is under way is no failure of the check.
  static void rethrowRejection(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof RejectedExecutionException rejected) {
        throw rejected;
      }
    }
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
