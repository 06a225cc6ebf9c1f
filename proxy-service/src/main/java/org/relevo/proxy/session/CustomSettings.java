package org.relevo.proxy.session;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.server.VarSet;

/// Names of custom settings in a text that sets something. PostgreSQL does not list custom
/// settings, so that they can only be asked for by name.
final class CustomSettings {
  private static final int MOST = 64;
  private static final Pattern SET =
      Pattern.compile(
          "\\bset\\s+(?:session\\s+)?([a-z_][\\w$]{0,62}\\.[a-z_][\\w$.]{0,62})"
              + "|\\bset_config\\s*\\(\\s*'([a-z_][\\w$]{0,62}\\.[a-z_][\\w$.]{0,62})'",
          Pattern.CASE_INSENSITIVE);

  private CustomSettings() {}

  static Set<String> names(byte[] text, int length) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = SET.matcher(new String(text, 0, length, VarSet.BYTES));
    while (names.size() < MOST && matcher.find()) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      names.add(name.toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
