package org.relevo.proxy.sql.classify;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// A [StatementClass] as one line, to compare with what `facts.cjs` tells of libpg_query's tree.
final class FactLine {
  private FactLine() {}

  /// "-" for a text that was not understood.
  static String of(StatementClass texts) {
    if (!texts.parsed()) {
      return "-";
    }
    return texts.statements().stream().map(FactLine::of).collect(Collectors.joining(" ; "));
  }

  private static String of(SqlStatement statement) {
    if (statement.kind() == StatementKind.EMPTY) {
      return "EMPTY";
    }
    StringBuilder line = new StringBuilder();
    line.append(statement.kind()).append(statement.readOnly() ? " read" : " write");
    line.append(" name=").append(word(statement.name()));
    line.append(" reads=").append(relations(statement.reads()));
    line.append(" writes=").append(relations(statement.writes()));
    line.append(" calls=").append(sorted(statement.functions().stream().map(FactLine::call)));
    line.append(" ops=").append(relations(statement.operators()));
    line.append(" types=").append(relations(statement.details().types()));
    line.append(" attributes=").append(sorted(statement.details().attributes().stream()));
    List<SettingChange> settings = statement.settings();
    boolean modes =
        statement.kind() == StatementKind.BEGIN
            || statement.kind() == StatementKind.SET_TRANSACTION;
    line.append(" set=").append(modes || settings.isEmpty() ? "" : word(settings.get(0).name()));
    return line.append(" mode=").append(word(statement.lockMode())).toString();
  }

  private static String relations(Collection<QualifiedName> names) {
    return sorted(names.stream().map(FactLine::name));
  }

  private static String call(FunctionCall call) {
    return name(call.name()) + "/" + (call.arguments() < 0 ? "*" : call.arguments());
  }

  private static String name(QualifiedName name) {
    return (name.qualified() ? name.schema() + "." : "") + name.name();
  }

  private static String sorted(Stream<String> names) {
    return String.join(
        ",", names.map(FactLine::word).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String word(String name) {
    StringBuilder word = new StringBuilder();
    name.codePoints()
        .forEach(c -> {
          boolean plain = c > ' ' && c < 0x7F && c != '%' && c != ',' && c != ';';
          if (plain) {
            word.append((char) c);
          } else {
            word.append('%').append(Integer.toHexString(c)).append('.');
          }
        });
    return word.toString();
  }
}
