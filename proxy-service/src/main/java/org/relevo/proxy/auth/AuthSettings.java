package org.relevo.proxy.auth;

import org.relevo.proxy.auth.stored.PoolPasswd;

/// Who may come in and how; replaced as a whole by a reload.
///
/// @param trustAll lets everybody in as whom they say they are; for tests and closed networks
/// @param listed entries of `pool_passwd`
/// @param clearTextFront whether clients whose role `pool_passwd` does not list are asked for their
///   password in clear text (`allow_clear_text_frontend_auth`)
public record AuthSettings(boolean trustAll, PoolPasswd listed, boolean clearTextFront) {
  /// By what servers store of each role's password.
  public static final AuthSettings DEFAULTS = new AuthSettings(false, PoolPasswd.NONE, false);
}
