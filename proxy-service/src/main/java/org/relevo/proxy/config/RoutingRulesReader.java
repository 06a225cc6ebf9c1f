package org.relevo.proxy.config;

import org.relevo.proxy.routing.AfterWrite;
import org.relevo.proxy.routing.FunctionRules;
import org.relevo.proxy.routing.NodeChoice;
import org.relevo.proxy.routing.ObjectRelations;
import org.relevo.proxy.routing.QueryPatterns;
import org.relevo.proxy.routing.ReadConsistency;
import org.relevo.proxy.routing.Redirects;
import org.relevo.proxy.routing.RoutingRules;
import org.relevo.proxy.routing.RuleSyntaxException;
import org.relevo.proxy.routing.TemporaryTables;

/// Reads the settings of section Load balancing.
///
/// Owner: the thread that reads the configuration.
final class RoutingRulesReader {
  private final SettingValues values;

  RoutingRulesReader(SettingValues values) {
    this.values = values;
  }

  /// One of the list types, made of its text.
  @FunctionalInterface
  private interface ListParser<T> {
    T parse(String text) throws RuleSyntaxException;
  }

  RoutingRules read() {
    return new RoutingRules(
        values.bool("load_balance_mode"),
        values.bool("statement_level_load_balance"),
        values.choice(ReadConsistency.class, "read_consistency"),
        values.choice(NodeChoice.class, "load_balance_choice"),
        Redirects.of(
            list("user_redirect_preference_list", Redirects.PreferenceList::of),
            list("database_redirect_preference_list", Redirects.PreferenceList::of),
            list("app_name_redirect_preference_list", Redirects.PreferenceList::of)),
        functions(),
        list("primary_routing_query_pattern_list", QueryPatterns::of),
        values.choice(AfterWrite.class, "disable_load_balance_on_write"),
        list("dml_adaptive_object_relationship_list", ObjectRelations::of),
        values.size("delay_threshold"),
        values.duration("delay_threshold_by_time").toMillis(),
        values.bool("prefer_lower_delay_standby"),
        values.bool("allow_sql_comments"),
        values.bool("ignore_leading_white_space"),
        temporaryTables(),
        values.bool("check_unlogged_table"),
        values.text("zone"));
  }

  private FunctionRules functions() {
    FunctionRules writing = list("write_function_list", FunctionRules::writing);
    FunctionRules reading = list("read_only_function_list", FunctionRules::reading);
    boolean both = values.isSet("write_function_list") && values.isSet("read_only_function_list");
    if (both) {
      values.problem(
          "write_function_list", "excludes read_only_function_list; keep one of the two");
    }
    return values.isSet("write_function_list") ? writing : reading;
  }

  /// Older files have it as a boolean.
  private TemporaryTables temporaryTables() {
    ConfigLine line = values.line("check_temp_table");
    if (line == null || !SettingValues.isBoolean(line.value())) {
      return values.choice(TemporaryTables.class, "check_temp_table");
    }
    return SettingValues.parseBoolean(line.value().strip())
        ? TemporaryTables.CATALOG
        : TemporaryTables.NONE;
  }

  private <T> T list(String name, ListParser<T> parser) {
    try {
      return parser.parse(values.text(name));
    } catch (RuleSyntaxException e) {
      values.problem(name, String.valueOf(e.getMessage()));
    }
    try {
      return parser.parse("");
    } catch (RuleSyntaxException e) {
      throw new IllegalStateException("an empty list is one", e);
    }
  }
}
