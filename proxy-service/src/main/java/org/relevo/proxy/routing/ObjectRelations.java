package org.relevo.proxy.routing;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.sql.QualifiedName;

/// `dml_adaptive_object_relationship_list`: what else changes when a table is written or a function
/// is called.
///
/// Owner: none; immutable.
public final class ObjectRelations {
  static final ObjectRelations NONE = new ObjectRelations(List.of());

  private final List<Relation> relations;

  private ObjectRelations(List<Relation> relations) {
    this.relations = relations;
  }

  private record Relation(QualifiedName cause, boolean function, QualifiedName changed) {}

  /// @param text `table:table` or `function():table` between commas
  public static ObjectRelations of(String text) throws RuleSyntaxException {
    List<Relation> relations = new ArrayList<>();
    for (ListReader.Part part : ListReader.parts(text, ',')) {
      String[] sides = part.text().split(":", -1);
      if (sides.length != 2 || sides[0].isBlank() || sides[1].isBlank()) {
        throw new RuleSyntaxException(
            part.position(), "'" + part.text() + "' is not table:table or function():table");
      }
      String cause = sides[0].strip();
      boolean function = cause.endsWith("()");
      relations.add(
          new Relation(
              name(function ? cause.substring(0, cause.length() - 2) : cause, part.position()),
              function,
              name(sides[1].strip(), part.position() + sides[0].length() + 1)));
    }
    return new ObjectRelations(List.copyOf(relations));
  }

  private static QualifiedName name(String text, int position) throws RuleSyntaxException {
    String[] names = text.strip().split("\\.", -1);
    if (names.length > 2 || names[0].isBlank() || names[names.length - 1].isBlank()) {
      throw new RuleSyntaxException(position, "'" + text + "' is not name or schema.name");
    }
    return names.length == 1
        ? new QualifiedName("", names[0])
        : new QualifiedName(names[0], names[1]);
  }

  /// Whether the transaction did something that changes this relation too.
  boolean changed(QualifiedName relation, SessionState session) {
    for (Relation each : relations) {
      if (sameName(each.changed(), relation)
          && (each.function() ? session.called(each.cause()) : session.wroteTo(each.cause()))) {
        return true;
      }
    }
    return false;
  }

  /// A name without schema may mean that of any schema.
  private static boolean sameName(QualifiedName one, QualifiedName other) {
    return one.name().equals(other.name())
        && (!one.qualified() || !other.qualified() || one.schema().equals(other.schema()));
  }
}
