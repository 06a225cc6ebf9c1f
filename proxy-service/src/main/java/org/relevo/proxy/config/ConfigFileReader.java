package org.relevo.proxy.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Splits files into assignments, keeps track of sections and follows includes.
///
/// Owner: the thread that reads the configuration.
final class ConfigFileReader {
  static final int MAX_DEPTH = 10;
  static final long MAX_FILE_BYTES = 1 << 20;
  static final int MAX_LINES = 10_000;
  static final int MAX_FILES = 1000;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final List<ConfigProblem> problems;
  private final List<ConfigLine> lines = new ArrayList<>();
  private final List<Path> open = new ArrayList<>();
  private PoolScope scope = PoolScope.ALL;
  private Optional<Written> written = Optional.empty();
  private int files;

  ConfigFileReader(List<ConfigProblem> problems) {
    this.problems = problems;
  }

  /// A file that is not there yet: a text in its place, or at its end.
  record Written(String text, boolean added) {}

  List<ConfigLine> read(Path file, Optional<Written> instead) {
    written = instead;
    include(file, file.toString(), "syntax");
    return lines;
  }

  /// A file begins in the section that includes it; its own sections end with it.
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
    files++;
    if (files > MAX_FILES) {
      if (files == MAX_FILES + 1) {
        problem(place, key, "more than " + MAX_FILES + " files are included; join some");
      }
      return;
    }
    PoolScope outside = scope;
    open.add(identity);
    try {
      readLines(file, place, key);
    } finally {
      open.removeLast();
      scope = outside;
    }
  }

  private void readLines(Path file, String place, String key) {
    List<String> texts;
    Written own = open.size() == 1 ? written.orElse(null) : null;
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_FILE_BYTES) {
        problem(place, key, "'" + file + "' is larger than 1 MB; this is no configuration file");
        return;
      }
      texts = own == null || own.added() ? Files.readAllLines(file, UTF_8) : List.of();
      if (own != null) {
        texts = Stream.concat(texts.stream(), own.text().lines()).toList();
      }
    } catch (MalformedInputException _) {
      problem(place, key, "'" + file + "' is not UTF-8 text; save it as UTF-8");
      return;
    } catch (IOException e) {
      problem(place, key, "cannot read '" + file + "' (" + reason(e) + "); name a readable file");
      return;
    }
    for (int i = 0; i < texts.size() && lines.size() <= MAX_LINES; i++) {
      String text = texts.get(i);
      // Editors of Windows put it before the first line.
      boolean marked = i == 0 && text.startsWith(BYTE_ORDER_MARK);
      readLine(file, i + 1, marked ? text.substring(1) : text);
    }
    if (lines.size() > MAX_LINES) {
      problem(place, key, "more than " + MAX_LINES + " settings; this is no configuration file");
    }
  }

  private void readLine(Path file, int number, String text) {
    String place = file + ":" + number;
    switch (LineSyntax.parse(text)) {
      case LineSyntax.Nothing _ -> {}
      case LineSyntax.Header(PoolScope next) -> scope = next;
      case LineSyntax.Wrong(int column, String message) ->
          problem(place + ":" + column, "syntax", message);
      case LineSyntax.Assignment assignment -> {
        switch (assignment.key()) {
          case "include", "include_if_exists", "include_dir" ->
              includeNamed(file, place, assignment.key(), assignment.value());
          default ->
              lines.add(new ConfigLine(file, number, scope, assignment.key(), assignment.value()));
        }
      }
    }
  }

  private void includeNamed(Path file, String place, String key, String name) {
    Path named;
    try {
      named = file.toAbsolutePath().resolveSibling(name);
    } catch (InvalidPathException e) {
      problem(place, key, "'" + name + "' is not a path (" + e.getReason() + ")");
      return;
    }
    switch (key) {
      case "include_dir" -> includeDirectory(named, place);
      case "include_if_exists" -> {
        if (Files.exists(named)) {
          include(named, place, key);
        }
      }
      default -> include(named, place, key);
    }
  }

  /// The files `*.conf` that are not hidden, by name.
  private void includeDirectory(Path directory, String place) {
    String key = "include_dir";
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "[!.]*.conf")) {
      for (Path entry : entries) {
        found.add(entry);
        if (found.size() > MAX_FILES) {
          problem(place, key, "'" + directory + "' has more than " + MAX_FILES + " files");
          return;
        }
      }
    } catch (IOException e) {
      problem(place, key, "cannot list '" + directory + "' (" + reason(e) + "); name a directory");
      return;
    }
    found.stream().sorted().forEach(each -> include(each, place, key));
  }

  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "no such file";
      case java.nio.file.NotDirectoryException _ -> "not a directory";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void problem(String place, String key, String message) {
    problems.add(new ConfigProblem(place, key, message));
  }
}
