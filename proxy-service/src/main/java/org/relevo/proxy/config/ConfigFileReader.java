package org.relevo.proxy.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Splits pgpool.conf syntax into assignments and follows `include`.
///
/// Owner: the thread that reads the configuration.
final class ConfigFileReader {
  static final int MAX_DEPTH = 10;
  static final long MAX_FILE_BYTES = 1 << 20;
  static final int MAX_LINES = 10_000;

  /// Key, optional `=`, quoted or bare value, optional comment. In quotes `''` and `\'` are one.
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "\\s*([A-Za-z_][A-Za-z0-9_.]*)\\s*(?:=\\s*|\\s)"
              + "(?:'((?:[^'\\\\]|''|\\\\.)*)'|([^\\s'#=][^\\s'#]*))\\s*(?:#.*)?");

  private final List<ConfigProblem> problems;
  private final List<ConfigLine> lines = new ArrayList<>();
  private final List<Path> open = new ArrayList<>();

  ConfigFileReader(List<ConfigProblem> problems) {
    this.problems = problems;
  }

  List<ConfigLine> read(Path file) {
    include(file, file.toString(), "syntax");
    return lines;
  }

  private void include(Path file, String place, String key) {
    Path identity = file.toAbsolutePath().normalize();
    if (open.contains(identity)) {
      problem(place, key, "'" + file + "' includes itself; remove this include");
      return;
    }
    if (open.size() >= MAX_DEPTH) {
      problem(place, key, "includes are more than " + MAX_DEPTH + " deep; put them side by side");
      return;
    }
    open.add(identity);
    try {
      readLines(file, place, key);
    } finally {
      open.removeLast();
    }
  }

  private void readLines(Path file, String place, String key) {
    List<String> texts;
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_FILE_BYTES) {
        problem(place, key, "'" + file + "' is larger than 1 MB; this is no configuration file");
        return;
      }
      texts = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (MalformedInputException _) {
      problem(place, key, "'" + file + "' is not UTF-8 text; save it as UTF-8");
      return;
    } catch (IOException e) {
      problem(place, key, "cannot read '" + file + "' (" + reason(e) + "); name a readable file");
      return;
    }
    for (int i = 0; i < texts.size() && lines.size() <= MAX_LINES; i++) {
      readLine(file, i + 1, texts.get(i));
    }
    if (lines.size() > MAX_LINES) {
      problem(place, key, "more than " + MAX_LINES + " settings; this is no configuration file");
    }
  }

  private void readLine(Path file, int number, String text) {
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.startsWith("#")) {
      return;
    }
    String place = file + ":" + number;
    Matcher matcher = ASSIGNMENT.matcher(text);
    if (!matcher.matches()) {
      problem(place, "syntax", explain(stripped));
      return;
    }
    String key = matcher.group(1).toLowerCase(Locale.ROOT);
    String value = matcher.group(2) == null ? matcher.group(3) : unquote(matcher.group(2));
    if (key.equals("include")) {
      include(file.toAbsolutePath().resolveSibling(value), place, key);
      return;
    }
    lines.add(new ConfigLine(file, number, key, value));
  }

  private static String explain(String text) {
    long quotes = text.chars().filter(c -> c == '\'').count();
    return quotes % 2 == 1
        ? "a quote is not closed; write a quote inside a value as ''"
        : "not of the form key = 'value'; quote values that hold blanks or signs";
  }

  private static String unquote(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' || (c == '\\' && "'\\".indexOf(text.charAt(i + 1)) >= 0)) {
        i++; // the second of a pair
        c = text.charAt(i);
      }
      out.append(c);
    }
    return out.toString();
  }

  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "no such file";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void problem(String place, String key, String message) {
    problems.add(new ConfigProblem(place, key, message));
  }
}
