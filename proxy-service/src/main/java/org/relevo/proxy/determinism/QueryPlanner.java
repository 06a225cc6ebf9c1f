package org.relevo.proxy.determinism;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;

/// Plans of statements that mean to read.
final class QueryPlanner {
  private QueryPlanner() {}

  static Plan query(PlannedText text, Facts facts) throws IOException {
    SqlStatement statement = text.statement();
    boolean main = !statement.readOnly();
    boolean large = false;
    List<String> sequences = new ArrayList<>();
    for (FunctionCall call : statement.functions()) {
      String name = call.name().name();
      if (Planner.builtIn(call) && KnownFunctions.sequence(name)) {
        if (call.literal(0).isEmpty()) {
          return Planner.refused("which sequence " + name + " moves is not known from the text");
        }
        sequences.add(call.literal(0));
      } else if (Planner.builtIn(call) && name.equals("set_config")) {
        return statement.functions().size() == 1 && statement.reads().isEmpty()
            ? new Plan.Session()
            : Planner.refused("set_config stands among other expressions");
      } else if (Planner.builtIn(call) && KnownFunctions.largeObject(name)) {
        if (name.equals("lo_create")
            && (call.literal(0).isEmpty() || call.literal(0).equals("0"))) {
          return Planner.refused("each node would choose another number for the large object");
        }
        large = true;
      } else if (Planner.builtIn(call) && KnownFunctions.unnumbered(name)) {
        return Planner.refused("each node would choose another number for the large object");
      } else if (Planner.builtIn(call) && KnownFunctions.ofMain(name)) {
        main = true;
      } else if (!Planner.builtIn(call) || !KnownFunctions.same(name)) {
        switch (facts.function(call.name())) {
          case IMMUTABLE, STABLE -> {}
          case VOLATILE -> main = true;
          case UNKNOWN -> {
            return Planner.refused("function " + name + " may write");
          }
        }
      }
    }
    if (!statement.readOnly()) {
      Plan written = writingQuery(text, facts);
      if (!(written instanceof Plan.Main)) {
        return written;
      }
    }
    if (large) {
      return sequences.isEmpty() && statement.reads().isEmpty()
          ? new Plan.Everywhere(false)
          : Planner.refused("it writes large objects and does more");
    }
    if (!sequences.isEmpty()) {
      return new Plan.Sequences(sequences);
    }
    for (QualifiedName name : statement.reads()) {
      main |= facts.temporary(name) || name.name().startsWith("pg_");
    }
    return main ? new Plan.Main() : new Plan.Read();
  }

  /// FOR UPDATE locks rows, which only the main node's locks need; INTO makes a table; WITH may
  /// write.
  private static Plan writingQuery(PlannedText text, Facts facts) throws IOException {
    Tokens tokens = text.tokens();
    boolean into = false;
    for (int i = 0; i < tokens.size(); i++) {
      boolean writes =
          tokens.is(i, "insert")
              || tokens.is(i, "delete")
              || tokens.is(i, "merge")
              || (tokens.is(i, "update") && !tokens.is(i - 1, "for") && !tokens.is(i - 1, "key"));
      if (writes) {
        return Planner.refused("a query that writes in its WITH");
      }
      into |= tokens.is(i, "into");
    }
    return into ? Planner.alone(text, facts) : new Plan.Main();
  }

  static Plan explain(PlannedText text, Facts facts) throws IOException {
    SqlStatement inner = text.statement().inner();
    if (!text.statement().analyzes() || inner == null) {
      return new Plan.Main();
    }
    Plan plan =
        inner.kind() == StatementKind.SELECT
            ? query(with(text, inner), facts)
            : Planner.refused("EXPLAIN ANALYZE of a write");
    return plan instanceof Plan.Read ? new Plan.Main() : plan;
  }

  private static PlannedText with(PlannedText text, SqlStatement inner) {
    return text.of(inner);
  }

  static Plan cursor(PlannedText text, Facts facts) throws IOException {
    SqlStatement inner = text.statement().inner();
    if (inner == null) {
      return new Plan.Main();
    }
    Plan plan = query(with(text, inner), facts);
    return plan instanceof Plan.Read ? new Plan.Main() : plan;
  }
}
