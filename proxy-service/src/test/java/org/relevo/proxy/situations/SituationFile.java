package org.relevo.proxy.situations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.situations.Situation.Program;

/// Reads a file of situations. Each begins with `### name`; then come headers up to a line `---`,
/// then the script. Headers:
///
/// - `session`, `transaction`, `statement`, `pooled` (the last two) or `all`: `refused - why`, or
///   `differs "what" - why`;
/// - `since: 18`, `until: 17`, `pool: 1`, `shows: text`, `args: arguments of the program`.
final class SituationFile {
  private static final Pattern REFUSED = Pattern.compile("refused - (.+)");
  private static final Pattern DIFFERS = Pattern.compile("differs \"(.+?)\" - (.+)");

  private SituationFile() {}

  /// @param program makes one of the `args` header and the script's lines
  static List<Situation> read(String file, BiFunction<String, List<String>, Program> program) {
    List<Situation> found = new ArrayList<>();
    List<String> lines = lines(file);
    int at = 0;
    while (at < lines.size()) {
      if (!lines.get(at).startsWith("### ")) {
        require(lines.get(at).isBlank() || lines.get(at).startsWith("# "), file, at, "stray line");
        at++;
        continue;
      }
      String name = lines.get(at++).substring(4).strip();
      Headers headers = new Headers();
      for (; at < lines.size() && !lines.get(at).equals("---"); at++) {
        require(headers.take(lines.get(at)), file, at, "unknown header");
      }
      int begin = ++at;
      while (at < lines.size() && !lines.get(at).startsWith("### ")) {
        at++;
      }
      require(begin < at, file, begin - 1, "no script");
      found.add(headers.situation(name, program.apply(headers.args, lines.subList(begin, at))));
    }
    return found;
  }

  private static List<String> lines(String file) {
    try (InputStream in = SituationFile.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file, e);
    }
  }

  private static void require(boolean right, String file, int line, String what) {
    if (!right) {
      throw new IllegalArgumentException(file + ":" + (line + 1) + ": " + what);
    }
  }

  /// What stands between name and script.
  private static final class Headers {
    private final Map<Route, Expectation> expected = new EnumMap<>(Route.class);
    private final List<String> shows = new ArrayList<>();
    private String args = "";
    private int since;
    private int until = Integer.MAX_VALUE;
    private int pool;

    private boolean take(String line) {
      int colon = line.indexOf(": ");
      if (colon < 0) {
        return false;
      }
      String value = line.substring(colon + 2).strip();
      switch (line.substring(0, colon)) {
        case "session" -> expect(value, Route.SESSION);
        case "transaction" -> expect(value, Route.TRANSACTION);
        case "statement" -> expect(value, Route.STATEMENT);
        case "pooled" -> expect(value, Route.TRANSACTION, Route.STATEMENT);
        case "all" -> expect(value, Route.SESSION, Route.TRANSACTION, Route.STATEMENT);
        case "since" -> since = Integer.parseInt(value);
        case "until" -> until = Integer.parseInt(value);
        case "pool" -> pool = Integer.parseInt(value);
        case "shows" -> shows.add(value);
        case "args" -> args = value;
        default -> {
          return false;
        }
      }
      return true;
    }

    private void expect(String text, Route... routes) {
      for (Route route : routes) {
        expected.put(route, expectation(text));
      }
    }

    private Situation situation(String name, Program program) {
      return new Situation(
          name, program, since, until, pool, List.copyOf(shows), Map.copyOf(expected));
    }
  }

  static Expectation expectation(String text) {
    Matcher refused = REFUSED.matcher(text);
    if (refused.matches()) {
      return new Expectation.Refused(refused.group(1));
    }
    Matcher differs = DIFFERS.matcher(text);
    if (differs.matches()) {
      return new Expectation.Differs(differs.group(1), differs.group(2));
    }
    throw new IllegalArgumentException("no expectation: " + text);
  }
}
