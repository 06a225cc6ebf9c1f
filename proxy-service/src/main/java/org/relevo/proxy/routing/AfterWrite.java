package org.relevo.proxy.routing;

import java.util.Locale;

/// How long a write keeps the reads after it on the primary; the setting
/// `disable_load_balance_on_write`.
public enum AfterWrite {
  /// As [#TRANSACTION]: nothing that a transaction wrote can be seen on another node before its
  /// end.
  OFF,
  /// To the end of the transaction.
  TRANSACTION,
  /// That, and in all later transaction blocks of the session.
  TRANS_TRANSACTION,
  /// To the end of the session.
  ALWAYS,
  /// To the end of the transaction, for reads of relations that it wrote.
  DML_ADAPTIVE;

  /// The word in the configuration.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
