package org.relevo.proxy.sql.classify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Statements of PostgreSQL's regression tests, which the project does not contain: a folder with
/// `regress-statements-18.jsonl.gz` and the like, lines `{"valid": true, "sql": "…"}`, named by the
/// system property `relevo.test.corpus`.
final class Corpus {
  private Corpus() {}

  /// Texts that a version accepts.
  static List<String> valid(int major) throws IOException {
    Path file =
        Path.of(
            System.getProperty("relevo.test.corpus"), "regress-statements-" + major + ".jsonl.gz");
    ObjectMapper json = new ObjectMapper();
    List<String> texts = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode entry = json.readTree(line);
        if (entry.get("valid").asBoolean()) {
          texts.add(entry.get("sql").asString());
        }
      }
    }
    return texts;
  }
}
