package org.relevo.proxy.auth.hba;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.relevo.proxy.auth.hba.LdapOptions.Scope;
import org.relevo.proxy.auth.hba.LdapOptions.Search;
import org.relevo.proxy.config.Secret;

/// Reads the `ldap…` options of a rule.
///
/// Owner: the thread that reads the configuration.
final class LdapOptionsParser {
  private static final List<String> NAMES =
      List.of(
          "ldapserver",
          "ldapport",
          "ldapscheme",
          "ldaptls",
          "ldapprefix",
          "ldapsuffix",
          "ldapbasedn",
          "ldapbinddn",
          "ldapbindpasswd",
          "ldapsearchattribute",
          "ldapsearchfilter");
  private static final int PLAIN_PORT = 389;
  private static final int SECURE_PORT = 636;

  private final Consumer<String> problems;
  private final Map<String, String> values = new HashMap<>();
  private Scope scope = Scope.SUBTREE;
  private boolean wrong;

  LdapOptionsParser(Consumer<String> problems) {
    this.problems = problems;
  }

  void option(String name, String value) {
    if (name.equals("ldapurl")) {
      url(value);
    } else if (NAMES.contains(name)) {
      values.put(name, value);
    } else {
      problem("'" + name + "' is no option of ldap; write one of " + String.join(", ", NAMES));
    }
  }

  /// `ldap[s]://host[:port]/basedn[?[attribute][?[scope][?[filter]]]]` (RFC 4516)
  private void url(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      problem("ldapurl cannot be read: " + e.getReason());
      return;
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if (!scheme.equals("ldap") && !scheme.equals("ldaps")) {
      problem("ldapurl begins with ldap:// or ldaps://, not with '" + scheme + "'");
      return;
    }
    values.put("ldapscheme", scheme);
    Optional.ofNullable(uri.getHost()).ifPresent(host -> values.put("ldapserver", host));
    if (uri.getPort() >= 0) {
      values.put("ldapport", String.valueOf(uri.getPort()));
    }
    String path = Optional.ofNullable(uri.getPath()).orElse("");
    if (path.length() > 1) {
      values.put("ldapbasedn", path.substring(1));
    }
    String[] parts = Optional.ofNullable(uri.getRawQuery()).orElse("").split("\\?", -1);
    if (!parts[0].isEmpty()) {
      values.put("ldapsearchattribute", decode(parts[0]));
    }
    scope = scope(parts.length > 1 ? parts[1] : "");
    if (parts.length > 2 && !parts[2].isEmpty()) {
      values.put("ldapsearchfilter", decode(parts[2]));
    }
    if (parts.length > 3) {
      problem("ldapurl has extensions, which are not supported; leave them out");
    }
  }

  private Scope scope(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "base" -> Scope.BASE;
      case "one" -> Scope.ONE_LEVEL;
      case "sub" -> Scope.SUBTREE;
      default -> {
        problem("scope '" + text + "' of ldapurl is not base, one or sub");
        yield Scope.BASE;
      }
    };
  }

  Optional<LdapOptions> finish() {
    boolean simple = values.containsKey("ldapprefix") || values.containsKey("ldapsuffix");
    boolean searching =
        List.of(
                "ldapbasedn",
                "ldapbinddn",
                "ldapbindpasswd",
                "ldapsearchattribute",
                "ldapsearchfilter")
            .stream()
            .anyMatch(values::containsKey);
    if (simple && searching) {
      problem(
          "ldapprefix and ldapsuffix go with a simple bind, ldapbasedn, ldapbinddn,"
              + " ldapbindpasswd, ldapsearchattribute, ldapsearchfilter and ldapurl with a search;"
              + " keep those of one way");
    } else if (!simple && !values.containsKey("ldapbasedn")) {
      problem("method ldap needs ldapbasedn, or ldapprefix or ldapsuffix");
    }
    if (values.containsKey("ldapsearchattribute") && values.containsKey("ldapsearchfilter")) {
      problem("ldapsearchattribute and ldapsearchfilter exclude each other; keep one");
    }
    if (value("ldapserver").isBlank()) {
      problem("method ldap needs ldapserver or ldapurl");
    }
    boolean secure = secure();
    boolean startTls = values.containsKey("ldaptls") && value("ldaptls").equals("1");
    if (secure && startTls) {
      problem("ldaptls and ldapscheme=ldaps exclude each other; keep one");
    }
    int port = port(secure ? SECURE_PORT : PLAIN_PORT);
    Optional<Search> search = searching ? Optional.of(search()) : Optional.empty();
    if (wrong) {
      return Optional.empty();
    }
    return Optional.of(
        new LdapOptions(
            List.of(value("ldapserver").strip().split("[ ,]+")),
            port,
            secure,
            startTls,
            value("ldapprefix"),
            value("ldapsuffix"),
            search));
  }

  private Search search() {
    String attribute = values.getOrDefault("ldapsearchattribute", "uid");
    if (!attribute.matches("[A-Za-z0-9.;-]+")) {
      problem("ldapsearchattribute '" + attribute + "' is no name of an attribute");
    }
    String filter = values.getOrDefault("ldapsearchfilter", "(" + attribute + "=$username)");
    return new Search(
        value("ldapbasedn"),
        value("ldapbinddn"),
        new Secret(value("ldapbindpasswd")),
        filter.startsWith("(") ? filter : "(" + filter + ")",
        scope);
  }

  private boolean secure() {
    return switch (values.getOrDefault("ldapscheme", "ldap")) {
      case "ldap" -> false;
      case "ldaps" -> true;
      default -> {
        problem("ldapscheme is ldap or ldaps, not '" + value("ldapscheme") + "'");
        yield false;
      }
    };
  }

  private int port(int fallback) {
    String text = value("ldapport");
    if (text.isEmpty()) {
      return fallback;
    }
    if (!text.matches("\\d{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 65_535) {
      problem("ldapport '" + text + "' is no port; write 1 to 65535");
      return fallback;
    }
    return Integer.parseInt(text);
  }

  private String value(String name) {
    return values.getOrDefault(name, "");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void problem(String message) {
    wrong = true;
    problems.accept(message);
  }
}
