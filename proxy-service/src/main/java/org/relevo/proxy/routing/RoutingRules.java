package org.relevo.proxy.routing;

/// The settings of section Load balancing, read and checked. Immutable; a reload makes a new one.
///
/// @param balanced `load_balance_mode`
/// @param perStatement `statement_level_load_balance`
/// @param delayBytes `delay_threshold`, 0 for none
/// @param delayMs `delay_threshold_by_time`, 0 for none
/// @param preferLowerDelay `prefer_lower_delay_standby`
/// @param commentsAllowed `allow_sql_comments`
/// @param blanksAllowed `ignore_leading_white_space`
/// @param unloggedChecked `check_unlogged_table`
/// @param zone of the service, "" for none
public record RoutingRules(
    boolean balanced,
    boolean perStatement,
    ReadConsistency consistency,
    NodeChoice choice,
    Redirects redirects,
    FunctionRules functions,
    QueryPatterns patterns,
    AfterWrite afterWrite,
    ObjectRelations relations,
    long delayBytes,
    long delayMs,
    boolean preferLowerDelay,
    boolean commentsAllowed,
    boolean blanksAllowed,
    TemporaryTables temporaryTables,
    boolean unloggedChecked,
    String zone) {
  /// What holds without any setting.
  public static final RoutingRules DEFAULT =
      new RoutingRules(
          true,
          false,
          ReadConsistency.SESSION,
          NodeChoice.WEIGHT,
          Redirects.NONE,
          FunctionRules.NONE,
          QueryPatterns.NONE,
          AfterWrite.TRANSACTION,
          ObjectRelations.NONE,
          0,
          0,
          false,
          false,
          true,
          TemporaryTables.CATALOG,
          true,
          "");
}
