package org.relevo.proxy.sql.classify;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.Spot;
import org.relevo.proxy.sql.SqlDetails;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;

/// Everything that a [StatementClass] says, in one line that people can read.
final class ClassText {
  private ClassText() {}

  static String of(StatementClass texts, String sql) {
    String statements =
        texts.statements().stream()
            .map(statement -> of(statement, sql))
            .collect(Collectors.joining(" | "));
    return statements + (texts.parameters() > 0 ? " $" + texts.parameters() : "");
  }

  private static String of(SqlStatement statement, String sql) {
    StringBuilder text = new StringBuilder();
    text.append(statement.kind()).append(statement.readOnly() ? " read" : " write");
    if (statement.analyzes()) {
      text.append(" analyzes");
    }
    add(text, "name", List.of(statement.name()));
    add(text, "mode", List.of(statement.lockMode()));
    add(text, "reads", names(statement.reads()));
    add(text, "writes", names(statement.writes()));
    add(text, "calls", statement.functions().stream().map(ClassText::call).toList());
    add(text, "operators", names(statement.operators()));
    add(text, "sets", statement.settings().stream().map(ClassText::setting).toList());
    SqlDetails details = statement.details();
    if (details.temporary()) {
      text.append(" temporary");
    }
    add(text, "attributes", details.attributes());
    add(text, "types", names(details.types()));
    add(text, "spots", details.spots().stream().map(spot -> spot(spot, sql)).toList());
    if (statement.inner() != null) {
      text.append(" {").append(of(statement.inner(), sql)).append('}');
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String what, List<String> items) {
    String joined = String.join(" ", items);
    if (!joined.isEmpty()) {
      text.append(' ').append(what).append('=').append(joined);
    }
  }

  private static List<String> names(Collection<QualifiedName> names) {
    return names.stream().map(ClassText::name).toList();
  }

  private static String name(QualifiedName name) {
    return name.qualified() ? name.schema() + "." + name.name() : name.name();
  }

  private static String call(FunctionCall call) {
    String arguments = call.arguments() < 0 ? "*" : String.valueOf(call.arguments());
    return name(call.name())
        + "/"
        + arguments
        + (call.literals().isEmpty() ? "" : call.literals().toString());
  }

  private static String setting(SettingChange change) {
    return (change.local() ? "local " : "") + change.name() + "=<" + change.value() + ">";
  }

  private static String spot(Spot spot, String sql) {
    return spot.what() + "@" + sql.substring(spot.offset(), spot.offset() + spot.length());
  }
}
