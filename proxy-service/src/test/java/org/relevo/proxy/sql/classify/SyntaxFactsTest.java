package org.relevo.proxy.sql.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SessionSyntax.Bytes;

/// The classifier against PostgreSQL's own syntax trees, as libpg_query writes them: kind, verdict,
/// relations, calls, operators, names, settings and lock modes of each statement.
class SyntaxFactsTest {
  /// Where the build has put libpg_query of each version.
  private static final Path PACKAGES = Path.of("target/grammar/node_modules").toAbsolutePath();

  /// What is said of statements of which the other side collects no names.
  private static final Pattern LISTS = Pattern.compile(" reads=.* attributes=\\S*(?= set=)");

  private final StatementClassifier classifier = new StatementClassifier();

  @ParameterizedTest
  @ValueSource(ints = {14, 15, 16, 17, 18})
  void ownStatementsMeanTheSame(int major) throws IOException, InterruptedException {
    // TREAT (a AS t) has become the call of a function t there, without the type.
    List<String> texts =
        StatementTable.rows().stream()
            .map(StatementTable.Row::sql)
            .filter(sql -> !sql.contains("treat("))
            .toList();
    assertEquals(List.of(), differences(major, texts));
  }

  @ParameterizedTest
  @EnabledIfSystemProperty(named = "relevo.test.corpus", matches = ".+")
  @ValueSource(ints = {17, 18})
  void regressionStatementsMeanTheSame(int major) throws IOException, InterruptedException {
    List<String> texts = Corpus.valid(major);
    assertTrue(texts.size() > 1000);
    assertEquals(List.of(), differences(major, texts));
  }

  @Test
  void theComparisonCanFail() throws IOException, InterruptedException {
    List<String> facts = facts(18, List.of("WITH x AS (DELETE FROM a) SELECT * FROM x"));
    assertEquals(
        List.of("SELECT write name= reads= writes=a calls= ops= types= attributes= set= mode="),
        facts);
  }

  private List<String> differences(int major, List<String> texts)
      throws IOException, InterruptedException {
    List<String> facts = facts(major, texts);
    SessionSyntax syntax = new SessionSyntax(major, true, Bytes.UTF8);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      byte[] bytes = texts.get(i).getBytes(StandardCharsets.UTF_8);
      String found = FactLine.of(classifier.classify(bytes, bytes.length, syntax));
      if (!same(facts.get(i), found)) {
        differences.add(texts.get(i) + "\n  expected " + facts.get(i) + "\n  found " + found);
      }
    }
    return differences;
  }

  private static boolean same(String expected, String found) {
    String[] wanted = expected.split(" ; ", -1);
    String[] told = found.split(" ; ", -1);
    boolean same = wanted.length == told.length;
    for (int i = 0; same && i < told.length; i++) {
      boolean lists = wanted[i].contains(" reads=");
      same = wanted[i].equals(lists ? told[i] : LISTS.matcher(told[i]).replaceAll(""));
    }
    return same;
  }

  private static List<String> facts(int major, List<String> texts)
      throws IOException, InterruptedException {
    Path script = Path.of("src/test/resources/org/relevo/proxy/sql/classify/facts.cjs");
    Process node =
        new ProcessBuilder("node", script.toString(), PACKAGES.resolve("pg" + major).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> {
            try {
              return new String(node.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      Base64.Encoder encoder = Base64.getEncoder();
      try (var input = node.outputWriter(StandardCharsets.ISO_8859_1)) {
        for (String text : texts) {
          input.write(encoder.encodeToString(text.getBytes(StandardCharsets.UTF_8)));
          input.write('\n');
        }
        input.write(".\n");
      }
      List<String> lines = output.get(2, TimeUnit.MINUTES).lines().toList();
      assertEquals(0, node.waitFor());
      assertEquals(texts.size(), lines.size());
      return lines;
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IOException("node", e);
    } finally {
      node.destroyForcibly();
    }
  }
}
