package org.relevo.proxy.auth;

import java.util.Optional;
import org.relevo.proxy.auth.hba.HbaRules;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.PoolPasswd;

/// Who may come in and how; replaced as a whole by a reload.
///
/// @param rules of `pool_hba.conf`; empty with `enable_pool_hba = off`: then everybody proves the
///   password that the server stores
/// @param maps of `pg_ident.conf`, for certificates
/// @param listed entries of `pool_passwd`
/// @param clearTextFront whether clients whose role `pool_passwd` does not list are asked for their
///   password in clear text (`allow_clear_text_frontend_auth`)
public record AuthSettings(
    Optional<HbaRules> rules, IdentMap maps, PoolPasswd listed, boolean clearTextFront) {
  /// By what servers store of each role's password.
  public static final AuthSettings DEFAULTS =
      new AuthSettings(Optional.empty(), IdentMap.EMPTY, PoolPasswd.NONE, false);

  /// Lets everybody in as whom they say they are.
  public static final AuthSettings TRUST =
      new AuthSettings(Optional.of(HbaRules.TRUST), IdentMap.EMPTY, PoolPasswd.NONE, false);
}
