package org.relevo.proxy.routing;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.relevo.proxy.core.BackendId;

/// The three redirect lists. That of application names counts before that of databases, and this
/// before that of users; in a list the first expression that matches.
///
/// Owner: none; thread-safe. Remembers at most [#MAX_REMEMBERED] answers, since clients choose
/// application names.
public final class Redirects {
  static final Redirects NONE = new Redirects(List.of(), List.of(), List.of());
  static final int MAX_REMEMBERED = 4_096;

  /// Names are cut to what PostgreSQL keeps of them.
  private static final int MAX_NAME = 63;

  private final List<Entry> users;
  private final List<Entry> databases;
  private final List<Entry> applications;
  private final ConcurrentMap<Key, Preference> answers = new ConcurrentHashMap<>();

  private Redirects(List<Entry> users, List<Entry> databases, List<Entry> applications) {
    this.users = users;
    this.databases = databases;
    this.applications = applications;
  }

  private record Entry(Pattern pattern, Preference preference) {}

  private record Key(String user, String database, String application) {}

  /// One list, read.
  public static final class PreferenceList {
    private final List<Entry> entries;

    private PreferenceList(List<Entry> entries) {
      this.entries = entries;
    }

    /// @param text `expression:node` or `expression:node(share)` between commas; a node is
    ///   `primary`, `standby` or a number
    public static PreferenceList of(String text) throws RuleSyntaxException {
      List<Entry> entries = new ArrayList<>();
      for (ListReader.Part part : ListReader.parts(text, ',')) {
        int colon = part.text().lastIndexOf(':');
        if (colon < 1) {
          throw new RuleSyntaxException(
              part.position(), "'" + part.text() + "' is not name:node or name:node(share)");
        }
        entries.add(
            new Entry(
                ListReader.expression(part.text().substring(0, colon).strip(), part.position()),
                preference(part.text().substring(colon + 1).strip(), part.position() + colon + 1)));
      }
      return new PreferenceList(List.copyOf(entries));
    }
  }

  public static Redirects of(
      PreferenceList users, PreferenceList databases, PreferenceList applications) {
    return new Redirects(users.entries, databases.entries, applications.entries);
  }

  private static Preference preference(String text, int position) throws RuleSyntaxException {
    String node = text;
    double share = 1;
    int open = text.indexOf('(');
    if (open >= 0) {
      if (!text.matches("[^()]*\\(\\s*(0|1|0?\\.\\d{1,9}|1\\.0{0,9})\\s*\\)")) {
        throw new RuleSyntaxException(
            position + open, "'" + text.substring(open) + "' is not a share from (0) to (1)");
      }
      share = Double.parseDouble(text.substring(open + 1, text.length() - 1).strip());
      node = text.substring(0, open).strip();
    }
    return switch (node.toLowerCase(Locale.ROOT)) {
      case "primary" -> new Preference(Preference.Kind.PRIMARY, -1, share);
      case "standby" -> new Preference(Preference.Kind.STANDBY, -1, share);
      default -> {
        if (!node.matches("\\d{1,3}") || Integer.parseInt(node) > BackendId.MAX) {
          throw new RuleSyntaxException(
              position,
              "'"
                  + node
                  + "' is neither primary nor standby nor a node's number, 0 to "
                  + BackendId.MAX);
        }
        yield new Preference(Preference.Kind.NODE, Integer.parseInt(node), share);
      }
    };
  }

  boolean isEmpty() {
    return users.isEmpty() && databases.isEmpty() && applications.isEmpty();
  }

  Preference of(SessionState session) {
    if (isEmpty()) {
      return Preference.NONE;
    }
    Key key = new Key(session.user(), session.database(), session.applicationName());
    Preference known = answers.get(key);
    if (known != null) {
      return known;
    }
    Preference found = first(applications, key.application());
    found = found.kind() == Preference.Kind.NONE ? first(databases, key.database()) : found;
    found = found.kind() == Preference.Kind.NONE ? first(users, key.user()) : found;
    if (answers.size() < MAX_REMEMBERED && key.application().length() <= MAX_NAME) {
      answers.put(key, found);
    }
    return found;
  }

  /// A name that is not given matches nothing.
  private static Preference first(List<Entry> entries, String name) {
    if (name.isEmpty()) {
      return Preference.NONE;
    }
    String cut = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    for (Entry entry : entries) {
      if (entry.pattern().matches(cut)) {
        return entry.preference();
      }
    }
    return Preference.NONE;
  }
}
