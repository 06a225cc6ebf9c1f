package org.relevo.proxy.sql.classify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// Statements of PostgreSQL's regression tests, which the project does not contain: a folder with
/// `regress-statements-18.jsonl.gz` and the like, lines `{"valid": true, "sql": "…"}`, named by the
/// system property `relevo.test.corpus`.
final class Corpus {
  private static final Pattern LINE =
      Pattern.compile("\\{\"valid\": (true|false), \"sql\": \"(.*)\"\\}");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

  private Corpus() {}

  /// Texts that a version accepts; empty when there is no such file.
  static List<String> valid(int major) throws IOException {
    Optional<Path> file = file(major);
    if (file.isEmpty()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file.get())), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new IOException("not a line of the corpus: " + line);
        }
        if (matcher.group(1).equals("true")) {
          texts.add(unescape(matcher.group(2)));
        }
      }
    }
    return texts;
  }

  private static Optional<Path> file(int major) {
    String folder = System.getProperty("relevo.test.corpus", "");
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path file = Path.of(folder, "regress-statements-" + major + ".jsonl.gz");
    return Files.exists(file) ? Optional.of(file) : Optional.empty();
  }

  private static String unescape(String json) {
    return ESCAPE
        .matcher(json)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                found.group(1) != null
                    ? String.valueOf((char) Integer.parseInt(found.group(1), 16))
                    : switch (found.group(2)) {
                      case "n" -> "\n";
                      case "r" -> "\r";
                      case "t" -> "\t";
                      case "b" -> "\b";
                      case "f" -> "\f";
                      default -> found.group(2);
                    }));
  }
}
