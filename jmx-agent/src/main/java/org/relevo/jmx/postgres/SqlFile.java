package org.relevo.jmx.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The SQL texts that are packed with this module.
public final class SqlFile {
  private static final String FOLDER = "/org/relevo/jmx/sql/";

  private static final Pattern OF_VERSIONS = Pattern.compile("--\\{(\\d+)(?:-(\\d+)|\\+)}(.*)");

  private SqlFile() {}

  /// @return the file's statements in order, without comments and the closing semicolons
  public static List<String> statements(String name) {
    return Arrays.stream(withoutComments(name).split(";\\s*(\n|$)", -1))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  /// @return the file's only statement
  public static String statement(String name) {
    List<String> all = statements(name);
    if (all.size() != 1) {
      throw new IllegalArgumentException(
          "SQL file " + name + " has " + all.size() + " statements, expected one");
    }
    return all.getFirst();
  }

  /// @param major version of the server; lines that begin with `--{FROM-TO}` or `--{FROM+}` count
  ///   only when it is among those versions
  /// @return the file's only statement
  public static String statement(String name, int major) {
    return text(name)
        .lines()
        .map(line -> {
          Matcher match = OF_VERSIONS.matcher(line.strip());
          if (!match.matches()) {
            return line.strip().startsWith("--") ? "" : line;
          }
          int from = Integer.parseInt(match.group(1));
          int to = match.group(2) == null ? Integer.MAX_VALUE : Integer.parseInt(match.group(2));
          return major >= from && major <= to ? match.group(3) : "";
        })
        .filter(line -> !line.isBlank())
        .collect(Collectors.joining("\n"));
  }

  private static String withoutComments(String name) {
    return text(name).replaceAll("(?m)^\\s*--.*\n", "");
  }

  private static String text(String name) {
    try (@Nullable InputStream in = SqlFile.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no SQL file " + FOLDER + name + " in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read SQL file " + name, e);
    }
  }
}
