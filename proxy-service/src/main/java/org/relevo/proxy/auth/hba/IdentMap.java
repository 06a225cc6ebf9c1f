package org.relevo.proxy.auth.hba;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;

/// The maps of a `pg_ident.conf`: which names outside PostgreSQL may log in as which roles.
public record IdentMap(List<Entry> entries) {
  public static final IdentMap EMPTY = new IdentMap(List.of());
  private static final String KEY = "pg_ident";

  public IdentMap {
    entries = List.copyOf(entries);
  }

  /// @param system matches the outside name as a whole, or anywhere for a regular expression
  /// @param role may hold `\1` for what the first group of the expression found
  public record Entry(String map, Pattern system, boolean regex, Role role) {}

  /// What an entry allows.
  sealed interface Role {}

  record AnyRole() implements Role {}

  record Named(String name) implements Role {}

  record MemberOfRole(String role) implements Role {}

  record Matching(Pattern pattern) implements Role {}

  /// @throws ConfigException with everything that is wrong with the file
  public static IdentMap read(Path file) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (HbaLine line : new HbaReader(KEY, problems).read(file)) {
      List<List<HbaToken>> fields = line.fields();
      if (fields.size() != 3 || fields.stream().anyMatch(field -> field.size() != 1)) {
        problems.add(
            new ConfigProblem(line.place(), KEY, "is not of the form MAP SYSTEM-NAME ROLE"));
        continue;
      }
      try {
        HbaToken system = fields.get(1).getFirst();
        boolean regex = system.text().startsWith("/");
        Pattern pattern =
            regex
                ? Pattern.compile(system.text().substring(1))
                : Pattern.compile(system.text(), Pattern.LITERAL);
        entries.add(
            new Entry(
                fields.get(0).getFirst().text(), pattern, regex, role(fields.get(2).getFirst())));
      } catch (PatternSyntaxException e) {
        problems.add(
            new ConfigProblem(
                line.place(), KEY, "holds no regular expression: " + e.getDescription()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new IdentMap(entries);
  }

  private static Role role(HbaToken token) {
    if (token.text().startsWith("/")) {
      return new Matching(Pattern.compile(token.text().substring(1)));
    }
    if (token.is("all")) {
      return new AnyRole();
    }
    return token.startsKeyword('+')
        ? new MemberOfRole(token.text().substring(1))
        : new Named(token.text());
  }

  /// Whether deciding needs the role's memberships.
  public boolean needsMemberships(String map) {
    return entries.stream()
        .anyMatch(entry -> entry.map().equals(map) && entry.role() instanceof MemberOfRole);
  }

  /// Whether somebody may log in as a role.
  ///
  /// @param map empty for the rule that both names are the same
  /// @param isMemberOf whether the role is a member of another
  public boolean allows(
      Optional<String> map, String system, String role, Predicate<String> isMemberOf) {
    if (map.isEmpty()) {
      return system.equals(role);
    }
    return entries.stream()
        .filter(entry -> entry.map().equals(map.get()))
        .anyMatch(entry -> allows(entry, system, role, isMemberOf));
  }

  private static boolean allows(
      Entry entry, String system, String role, Predicate<String> isMemberOf) {
    Matcher matcher = entry.system().matcher(system);
    if (!(entry.regex() ? matcher.find() : matcher.matches())) {
      return false;
    }
    return switch (entry.role()) {
      case AnyRole _ -> true;
      case MemberOfRole(String group) -> isMemberOf.test(group);
      case Matching(Pattern pattern) -> pattern.matcher(role).find();
      case Named(String name) -> substituted(entry, matcher, name).equals(role);
    };
  }

  private static String substituted(Entry entry, Matcher matcher, String name) {
    if (!entry.regex() || matcher.groupCount() == 0 || matcher.group(1) == null) {
      return name;
    }
    return name.replace("\\1", matcher.group(1));
  }
}
