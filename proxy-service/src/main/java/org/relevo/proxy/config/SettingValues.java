package org.relevo.proxy.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The assignments of a file, read as their types. A bad value is noted as a problem and its
/// default is given, so that one pass finds every problem.
///
/// Owner: the thread that reads the configuration.
final class SettingValues {
  private static final Set<String> TRUE = Set.of("on", "true", "yes", "1", "t", "y");
  private static final Set<String> FALSE = Set.of("off", "false", "no", "0", "f", "n");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,19})\\s*(B|kB|MB|GB|TB|)");
  private static final Map<String, Integer> SHIFTS =
      Map.of("", 0, "B", 0, "kB", 10, "MB", 20, "GB", 30, "TB", 40);

  private final Path file;
  private final Map<String, ConfigLine> assigned;
  private final List<ConfigProblem> problems;

  /// @param assigned the line that counts, by full name (`backend_port1`)
  SettingValues(Path file, Map<String, ConfigLine> assigned, List<ConfigProblem> problems) {
    this.file = file;
    this.assigned = assigned;
    this.problems = problems;
  }

  @Nullable ConfigLine line(String name) {
    return assigned.get(name);
  }

  boolean isSet(String name) {
    ConfigLine line = assigned.get(name);
    return line != null && !line.value().isEmpty();
  }

  void problem(String name, String message) {
    ConfigLine line = assigned.get(name);
    problems.add(new ConfigProblem(line == null ? file.toString() : line.place(), name, message));
  }

  String text(String row, String name, String otherwise) {
    ConfigLine line = assigned.get(name);
    if (line != null && !line.value().isEmpty()) {
      return line.value();
    }
    String written = SettingTable.require(row).writtenDefault();
    return written.isEmpty() ? otherwise : written;
  }

  String text(String name) {
    return text(name, name, "");
  }

  /// A text whose empty value means something else than its default.
  String textOrEmpty(String name) {
    ConfigLine line = assigned.get(name);
    return line == null ? SettingTable.require(name).writtenDefault() : line.value().strip();
  }

  Secret secret(String name) {
    return new Secret(text(name));
  }

  /// A relative path starts at the folder of the file that names it, a default at that of the main
  /// file. Written empty it is none.
  Optional<Path> path(String row, String name) {
    ConfigLine line = assigned.get(name);
    Path from = line == null ? file : line.file();
    String text = line == null ? SettingTable.require(row).writtenDefault() : line.value();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(from.toAbsolutePath().resolveSibling(text).normalize());
    } catch (java.nio.file.InvalidPathException e) {
      problem(name, "'" + text + "' is not a path (" + e.getReason() + ")");
      return Optional.empty();
    }
  }

  Optional<Path> path(String name) {
    return path(name, name);
  }

  /// A path that cannot be done without: written empty it is its default.
  Path pathOrDefault(String name) {
    String text = SettingTable.require(name).writtenDefault();
    return path(name).orElseGet(() -> file.toAbsolutePath().resolveSibling(text).normalize());
  }

  int integer(String row, String name) {
    Setting setting = SettingTable.require(row);
    return read(
        setting,
        name,
        text -> {
          if (!text.matches("[+-]?\\d{1,15}")) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number");
          }
          long value = Long.parseLong(text);
          if (value < Long.parseLong(setting.least()) || value > Long.parseLong(setting.most())) {
            throw outside(setting, text);
          }
          return (int) value;
        });
  }

  int integer(String name) {
    return integer(name, name);
  }

  /// A number of bytes, with a unit of PostgreSQL or without.
  long size(String name) {
    Setting setting = SettingTable.require(name);
    return read(
        setting,
        name,
        text -> {
          Matcher size = SIZE.matcher(text);
          Integer shift =
              size.matches()
                  ? SHIFTS.get(size.group(2).isEmpty() ? setting.unit() : size.group(2))
                  : null;
          if (shift == null) {
            throw new IllegalArgumentException(
                "'" + text + "' is not a size; write a number with B, kB, MB, GB or TB, as 10MB");
          }
          BigInteger bytes = new BigInteger(size.group(1)).shiftLeft(shift);
          if (bytes.compareTo(new BigInteger(setting.least())) < 0
              || bytes.compareTo(new BigInteger(setting.most())) > 0) {
            throw outside(setting, text);
          }
          return bytes.longValueExact();
        });
  }

  double real(String row, String name) {
    Setting setting = SettingTable.require(row);
    return read(
        setting,
        name,
        text -> {
          if (!text.matches("[+-]?\\d{1,15}(\\.\\d{1,15})?")) {
            throw new IllegalArgumentException("'" + text + "' is not a number");
          }
          BigDecimal value = new BigDecimal(text);
          if (value.compareTo(new BigDecimal(setting.least())) < 0
              || value.compareTo(new BigDecimal(setting.most())) > 0) {
            throw outside(setting, text);
          }
          return value.doubleValue();
        });
  }

  Duration duration(String name) {
    Setting setting = SettingTable.require(name);
    return read(setting, name, text -> bounded(setting, text));
  }

  /// @param otherwise what 0 means
  Duration duration(String row, String name, Duration otherwise) {
    Setting setting = SettingTable.require(row);
    return read(
        setting,
        name,
        text ->
            Durations.parse(text, setting.unit()).isZero() ? otherwise : bounded(setting, text));
  }

  /// A time that pgpool-II can switch off with 0 and that here is its default then: waiting without
  /// end would let one silent peer hold a place for ever.
  Duration durationUnlessZero(String name) {
    Setting setting = SettingTable.require(name);
    return read(
        setting,
        name,
        text ->
            Durations.parse(text, setting.unit()).isZero()
                ? Durations.parse(setting.writtenDefault(), setting.unit())
                : bounded(setting, text));
  }

  private static Duration bounded(Setting setting, String text) {
    Duration value = Durations.parse(text, setting.unit());
    if (value.compareTo(Durations.parse(setting.least(), setting.unit())) < 0
        || value.compareTo(Durations.parse(setting.most(), setting.unit())) > 0) {
      throw outside(setting, text);
    }
    return value;
  }

  boolean bool(String name) {
    return read(SettingTable.require(name), name, SettingValues::parseBoolean);
  }

  static boolean isBoolean(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return TRUE.contains(lower) || FALSE.contains(lower);
  }

  static boolean parseBoolean(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!TRUE.contains(lower) && !FALSE.contains(lower)) {
      throw new IllegalArgumentException("'" + text + "' is neither on nor off");
    }
    return TRUE.contains(lower);
  }

  List<String> addresses(String name) {
    return read(
        SettingTable.require(name),
        name,
        text -> {
          List<String> addresses = split(text);
          if (addresses.isEmpty()) {
            throw new IllegalArgumentException("names no address; write localhost, or * for all");
          }
          return addresses;
        });
  }

  /// Names separated by commas; none is no problem.
  List<String> names(String name) {
    return read(SettingTable.require(name), name, SettingValues::split);
  }

  /// Paths separated by commas, relative to the file that names them.
  List<Path> paths(String name) {
    ConfigLine line = assigned.get(name);
    return read(
        SettingTable.require(name),
        name,
        text -> split(text).stream().map(part -> resolved(line, part)).toList());
  }

  private static Path resolved(@Nullable ConfigLine line, String text) {
    return line == null
        ? Path.of(text)
        : line.file().toAbsolutePath().resolveSibling(text).normalize();
  }

  Set<BackendFlag> flags(String row, String name) {
    return read(
        SettingTable.require(row),
        name,
        text -> {
          Set<BackendFlag> flags = EnumSet.noneOf(BackendFlag.class);
          for (String word : text.split("\\|", -1)) {
            flags.add(oneOf(BackendFlag.values(), word.strip()));
          }
          if (flags.contains(BackendFlag.ALLOW_TO_FAILOVER)
              && flags.contains(BackendFlag.DISALLOW_TO_FAILOVER)) {
            throw new IllegalArgumentException(
                "ALLOW_TO_FAILOVER and DISALLOW_TO_FAILOVER exclude each other; keep one");
          }
          return flags;
        });
  }

  /// One of an enum's names, in any case.
  <E extends Enum<E>> E choice(Class<E> type, String name) {
    return choice(type, name, name);
  }

  <E extends Enum<E>> E choice(Class<E> type, String row, String name) {
    return read(SettingTable.require(row), name, text -> oneOf(type.getEnumConstants(), text));
  }

  /// Statements separated by semicolons, which do not count inside quotes.
  List<String> queries(String name) {
    return read(SettingTable.require(name), name, SettingValues::splitQueries);
  }

  static List<String> splitQueries(String text) {
    List<String> queries = new ArrayList<>();
    StringBuilder query = new StringBuilder();
    char quote = 0;
    for (char c : (text + ";").toCharArray()) {
      if (c == ';' && quote == 0) {
        if (!query.toString().isBlank()) {
          queries.add(query.toString().strip());
        }
        query.setLength(0);
        continue;
      }
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      }
      query.append(c);
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed in '" + text + "'");
    }
    return List.copyOf(queries);
  }

  /// Octal as for `chmod`.
  int permissions(String name) {
    return read(
        SettingTable.require(name),
        name,
        text -> {
          if (!text.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException(
                "'" + text + "' is not octal permissions; write them as 0770");
          }
          return Integer.parseInt(text, 8);
        });
  }

  private <T> T read(Setting setting, String name, Function<String, T> parse) {
    ConfigLine line = assigned.get(name);
    if (line != null) {
      try {
        return parse.apply(line.value().strip());
      } catch (IllegalArgumentException e) {
        problem(name, String.valueOf(e.getMessage()));
      }
    }
    return parse.apply(setting.writtenDefault());
  }

  private static IllegalArgumentException outside(Setting setting, String text) {
    return new IllegalArgumentException(
        "'" + text + "' is outside " + setting.least() + " to " + setting.most());
  }

  private static <E extends Enum<E>> E oneOf(E[] values, String text) {
    return Arrays.stream(values)
        .filter(value -> value.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'"
                    + text
                    + "' is not known; use one of "
                    + Arrays.toString(values).toLowerCase(Locale.ROOT)));
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return List.copyOf(parts);
  }
}
