package org.relevo.proxy.sql;

/// SET, RESET or a transaction mode.
///
/// @param name folded; "all" for RESET ALL; `transaction_isolation`, `transaction_read_only`,
///   `transaction_deferrable` for modes of a transaction; `session characteristics` forms name
///   `default_transaction_…`
/// @param value as written, unquoted; "" for DEFAULT and RESET
/// @param local whether it ends with the transaction
public record SettingChange(String name, String value, boolean local) {}
