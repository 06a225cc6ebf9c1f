package org.relevo.jmx.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The SQL texts that are packed with this module.
public final class SqlFile {
  private static final String FOLDER = "/org/relevo/jmx/sql/";

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

  private static String withoutComments(String name) {
    try (@Nullable InputStream in = SqlFile.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no SQL file " + FOLDER + name + " in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("(?m)^\\s*--.*\n", "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read SQL file " + name, e);
    }
  }
}
