package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A large set of statements, when there is one: `-Drelevo.test.corpus=FOLDER` with files
/// `regress-statements-17.jsonl.gz`, each line `{"valid": …, "sql": …}` as PostgreSQL's parser
/// found it.
@EnabledIfSystemProperty(named = "relevo.test.corpus", matches = ".+")
class GrammarCorpusTest {
  @ParameterizedTest
  @ValueSource(ints = {17, 18})
  void noValidStatementIsRefused(int major) throws IOException {
    Path file =
        Path.of(
            System.getProperty("relevo.test.corpus"), "regress-statements-" + major + ".jsonl.gz");
    ObjectMapper json = new ObjectMapper();
    SqlParser parser = new SqlParser();
    Fingerprint fingerprint = new Fingerprint();
    List<String> refused = new ArrayList<>();
    int valid = 0;
    int refusedOfInvalid = 0;
    int invalid = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode entry = json.readTree(line);
        String sql = entry.get("sql").asString();
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        SqlParser.Outcome outcome =
            parser.parse(GrammarTables.of(major), text, 0, text.length, true);
        fingerprint.of(parser.tree().tokens());
        boolean accepted = outcome == SqlParser.Outcome.ACCEPTED;
        if (entry.get("valid").asBoolean()) {
          valid++;
          if (!accepted) {
            refused.add(sql);
          }
        } else {
          invalid++;
          refusedOfInvalid += accepted ? 0 : 1;
        }
      }
    }
    assertThat(refused).isEmpty();
    assertThat(valid).isGreaterThan(1000);
    assertThat(refusedOfInvalid).as("of %d invalid ones", invalid).isGreaterThan(invalid / 2);
  }
}
