package org.relevo.proxy.determinism;

import java.io.IOException;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.SqlStatement;

/// Plans of statements that change definitions, or care for tables.
final class DefinitionPlanner {
  private DefinitionPlanner() {}

  static Plan maintenance(PlannedText text) {
    Tokens tokens = text.tokens();
    if (tokens.is(0, "refresh")) {
      return tokens.has("concurrently") ? new Plan.NoTransaction() : new Plan.Everywhere(true);
    }
    if (tokens.is(0, "analyze") || tokens.is(0, "analyse") || tokens.is(0, "load")) {
      return new Plan.Everywhere(false);
    }
    return new Plan.NoTransaction();
  }

  static Plan definition(PlannedText text, Facts facts) throws IOException {
    SqlStatement statement = text.statement();
    Tokens tokens = text.tokens();
    if (statement.details().temporary()) {
      return new Plan.Main();
    }
    boolean outside =
        tokens.has("concurrently")
            || ((tokens.is(1, "database") || tokens.is(1, "tablespace"))
                && !tokens.is(0, "comment")
                && !tokens.is(0, "grant")
                && !(tokens.is(0, "alter") && !tokens.has("tablespace")))
            || (tokens.is(0, "alter") && tokens.is(1, "system"))
            || tokens.is(1, "subscription");
    if (outside) {
      return new Plan.NoTransaction();
    }
    if (statement.inner() != null
        || (tokens.is(0, "create") && tokens.has("materialized") && tokens.has("as"))) {
      return Planner.alone(text, facts);
    }
    if (tokens.is(0, "drop") && allTemporary(statement, facts)) {
      return new Plan.Main();
    }
    if (tokens.is(0, "alter") && tokens.is(1, "table") && addsValues(text, facts)) {
      return Planner.refused("rows that exist would get values that differ");
    }
    // Alone, so that no statement is planned by definitions that change under it.
    return new Plan.Everywhere(true);
  }

  private static boolean allTemporary(SqlStatement statement, Facts facts) {
    return !statement.writes().isEmpty() && statement.writes().stream().allMatch(facts::temporary);
  }

  /// ADD COLUMN with a value of a sequence, or a function that is not the same everywhere, and
  /// changes of a type by such a function.
  private static boolean addsValues(PlannedText text, Facts facts) throws IOException {
    Tokens tokens = text.tokens();
    if (tokens.has("add")) {
      boolean numbered =
          tokens.has("serial")
              || tokens.has("bigserial")
              || tokens.has("smallserial")
              || tokens.has("serial8")
              || tokens.has("serial4")
              || tokens.has("serial2")
              || tokens.has("identity");
      if (numbered) {
        return true;
      }
    }
    boolean values = tokens.has("add") || tokens.has("using");
    if (!values) {
      return false;
    }
    for (FunctionCall call : text.statement().functions()) {
      boolean same = Planner.builtIn(call) && KnownFunctions.same(call.name().name());
      if (!same && facts.function(call.name()) != Facts.Function.IMMUTABLE) {
        return true;
      }
    }
    return tokens.moments();
  }
}
