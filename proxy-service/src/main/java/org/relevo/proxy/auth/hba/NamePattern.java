package org.relevo.proxy.auth.hba;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What stands for databases or users in a rule.
sealed interface NamePattern {
  /// PostgreSQL's NAMEDATALEN less one: longer names are cut there, and expressions see no more.
  int MAX_NAME = 63;

  record All() implements NamePattern {}

  /// The database that is named as the user.
  record SameUser() implements NamePattern {}

  /// The database that is named as a role of which the user is a member.
  record SameRole() implements NamePattern {}

  /// Replication connections without a database.
  record Replication() implements NamePattern {}

  record Exact(String name) implements NamePattern {}

  record Regex(Pattern pattern) implements NamePattern {
    boolean finds(String name) {
      String cut = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
      return pattern.matcher(cut).find();
    }
  }

  /// Members of a role, directly or indirectly.
  record MemberOf(String role) implements NamePattern {}

  /// @param isMemberOf whether the user is a member of a role
  default boolean matchesUser(String user, Predicate<String> isMemberOf) {
    return switch (this) {
      case All _ -> true;
      case Exact(String name) -> name.equals(user);
      case Regex regex -> regex.finds(user);
      case MemberOf(String role) -> isMemberOf.test(role);
      case SameUser _, SameRole _, Replication _ -> false;
    };
  }

  default boolean matchesDatabase(String database, String user, Predicate<String> isMemberOf) {
    return switch (this) {
      case All _ -> true;
      case Exact(String name) -> name.equals(database);
      case Regex regex -> regex.finds(database);
      case SameUser _ -> database.equals(user);
      case SameRole _ -> isMemberOf.test(database);
      case MemberOf _, Replication _ -> false;
    };
  }
}
