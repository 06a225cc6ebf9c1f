package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.freshness.SessionToken;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.WireException;

/// The settings in a start-up packet: its parameters, and those in `options`, which come first and
/// are overridden by parameters of their own (PostgreSQL manual, 55.2.1).
final class StartupSettings {
  private StartupSettings() {}

  /// @throws WireException when `options` holds what is no setting
  static VarSet of(StartupRequest.Startup startup) {
    TreeMap<String, String> settings = new TreeMap<>();
    Map<String, String> parameters = startup.parameters();
    options(bytes(parameters.getOrDefault("options", "")), settings);
    parameters.forEach((name, value) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean own =
          switch (name) {
            case "user", "database", "options", "replication" -> false;
            default -> !name.startsWith("_pq_.");
          };
      if (own) {
        settings.put(lower, bytes(value));
      }
    });
    settings.remove(SessionToken.SETTING);
    return VarSet.of(settings);
  }

  /// The token that the client has brought along; null for none.
  static @Nullable String token(StartupRequest.Startup startup) {
    Map<String, String> parameters = startup.parameters();
    TreeMap<String, String> settings = new TreeMap<>();
    options(parameters.getOrDefault("options", ""), settings);
    parameters.forEach((name, value) -> {
      if (name.equalsIgnoreCase(SessionToken.SETTING)) {
        settings.put(SessionToken.SETTING, value);
      }
    });
    return settings.get(SessionToken.SETTING);
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), VarSet.BYTES);
  }

  /// Reads `-c name=value`, `-cname=value` and `--name=value`.
  private static void options(String text, Map<String, String> settings) {
    List<String> words = words(text);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-c") && i + 1 < words.size()) {
        i++;
        assign("-c ", words.get(i), settings);
      } else if (word.startsWith("-c") && word.length() > 2) {
        assign("-c ", word.substring(2), settings);
      } else if (word.startsWith("--") && word.length() > 2) {
        assign("--", word.substring(2), settings);
      } else {
        throw new WireException(
            "invalid command-line argument \"" + word + "\" in options: only -c and --name=value");
      }
    }
  }

  private static void assign(String flag, String assignment, Map<String, String> settings) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new WireException(flag + assignment + " requires a value");
    }
    String name = assignment.substring(0, equals).replace('-', '_').toLowerCase(Locale.ROOT);
    settings.put(name, assignment.substring(equals + 1));
  }

  /// Splits at blanks; a backslash takes the next character as it is.
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        word.append(text.charAt(i));
        inWord = true;
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
