package org.relevo.proxy.auth.hba;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;

/// Makes rules of lines, and says all that is wrong with them at once.
///
/// Owner: the thread that reads the configuration.
final class HbaParser {
  private static final String KEY = "pool_hba";
  private static final String METHODS =
      "trust, reject, password, md5, scram-sha-256, cert, ldap or pam";

  private final List<ConfigProblem> problems = new ArrayList<>();
  private String place = "";
  private int before;

  static HbaRules read(Path file) throws ConfigException {
    return new HbaParser().parse(file);
  }

  private HbaRules parse(Path file) throws ConfigException {
    List<HbaRule> rules = new ArrayList<>();
    for (HbaLine line : new HbaReader(KEY, problems).read(file)) {
      place = line.place();
      rule(line.fields()).ifPresent(rules::add);
    }
    if (problems.isEmpty() && rules.isEmpty()) {
      place = file.toString();
      problem("holds no rule, so that nobody could come in; add one, or set enable_pool_hba = off");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new HbaRules(rules);
  }

  private Optional<HbaRule> rule(List<List<HbaToken>> fields) {
    before = problems.size();
    HbaRule.Type type = type(single(fields, 0, "connection type"));
    if (type == null) {
      return Optional.empty();
    }
    List<NamePattern> databases = names(fields, 1, "database");
    List<NamePattern> users = names(fields, 2, "user");
    int next = 3;
    AddressPattern address = new AddressPattern.Any();
    if (type != HbaRule.Type.LOCAL) {
      HbaToken word = single(fields, next++, "address");
      if (word != null) {
        HbaAddresses.Parsed parsed =
            HbaAddresses.parse(word, next < fields.size() ? fields.get(next).getFirst() : null);
        parsed.problem().ifPresent(this::problem);
        address = parsed.pattern();
        next += parsed.extraFields();
      }
    }
    HbaToken named = single(fields, next, "method");
    if (named == null) {
      return Optional.empty();
    }
    Optional<HbaMethod> method = method(named.text());
    if (method.isEmpty()) {
      return Optional.empty();
    }
    HbaOptions options =
        new HbaOptionsParser(type, method.get(), this::problem)
            .parse(fields.subList(next + 1, fields.size()));
    return problems.size() == before
        ? Optional.of(new HbaRule(place, type, databases, users, address, method.get(), options))
        : Optional.empty();
  }

  private HbaRule.@Nullable Type type(@Nullable HbaToken word) {
    if (word == null) {
      return null;
    }
    for (HbaRule.Type type : HbaRule.Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(word.text())) {
        return type;
      }
    }
    problem(
        "'"
            + word.text()
            + "' is no connection type; write local, host, hostssl, hostnossl, hostgssenc or"
            + " hostnogssenc");
    return null;
  }

  private Optional<HbaMethod> method(String text) {
    Optional<HbaMethod> method = HbaMethod.of(text);
    if (method.isEmpty()) {
      problem(
          switch (text) {
            case "peer", "ident", "gss", "sspi", "radius", "bsd", "oauth", "krb5", "crypt" ->
                "method '" + text + "' is not supported by this service; use " + METHODS;
            default -> "'" + text + "' is no method; write " + METHODS;
          });
    }
    return method;
  }

  private @Nullable HbaToken single(List<List<HbaToken>> fields, int index, String what) {
    if (wrong()) {
      return null;
    }
    if (index >= fields.size()) {
      problem("ends before its " + what + "; write TYPE DATABASE USER [ADDRESS] METHOD [OPTIONS]");
      return null;
    }
    if (fields.get(index).size() != 1) {
      problem("has more than one " + what + "; write a line for each");
      return null;
    }
    return fields.get(index).getFirst();
  }

  private List<NamePattern> names(List<List<HbaToken>> fields, int index, String what) {
    if (wrong()) {
      return List.of();
    }
    if (index >= fields.size()) {
      problem("ends before its " + what + "; write TYPE DATABASE USER [ADDRESS] METHOD [OPTIONS]");
      return List.of();
    }
    List<NamePattern> names = new ArrayList<>();
    for (HbaToken token : fields.get(index)) {
      name(token, index == 1).ifPresent(names::add);
    }
    return names;
  }

  private Optional<NamePattern> name(HbaToken token, boolean database) {
    if (token.text().startsWith("/")) {
      return regex(token.text().substring(1)).map(NamePattern.Regex::new);
    }
    if (!database && token.startsKeyword('+')) {
      return Optional.of(new NamePattern.MemberOf(token.text().substring(1)));
    }
    if (token.is("all")) {
      return Optional.of(new NamePattern.All());
    }
    if (database && !token.quoted()) {
      switch (token.text()) {
        case "sameuser" -> {
          return Optional.of(new NamePattern.SameUser());
        }
        case "samerole", "samegroup" -> {
          return Optional.of(new NamePattern.SameRole());
        }
        case "replication" -> {
          return Optional.of(new NamePattern.Replication());
        }
        default -> {
          // a name
        }
      }
    }
    return Optional.of(new NamePattern.Exact(token.text()));
  }

  private Optional<Pattern> regex(String text) {
    try {
      return Optional.of(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      problem("'/" + text + "' is no regular expression: " + e.getDescription());
      return Optional.empty();
    }
  }

  /// Whether the line has a problem already: one is told of each line.
  private boolean wrong() {
    return problems.size() > before;
  }

  private void problem(String message) {
    problems.add(new ConfigProblem(place, KEY, message));
  }
}
