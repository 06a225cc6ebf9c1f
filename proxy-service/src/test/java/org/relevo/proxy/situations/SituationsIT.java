package org.relevo.proxy.situations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.situations.Situation.Address;
import org.relevo.proxy.situations.Situation.Client;

/// Every situation in every pool mode gives what it gives on a direct connection, or what the table
/// says. `-Drelevo.situations.routes=direct,session` chooses routes (`direct` compares a direct
/// connection with another one), `-Drelevo.situations.only=TEXT` situations by name,
/// `-Drelevo.situations.transcripts=DIR` keeps what direct connections gave.
class SituationsIT {
  private static final Path OLDER = Path.of("/usr/lib/postgresql/15/bin");
  private static final String ROUTES =
      System.getProperty("relevo.situations.routes", "session,transaction,statement");
  private static final String ONLY = System.getProperty("relevo.situations.only", "");
  private static final int CONTEXT_LINES = 6;

  @TempDir static Path folder;
  private static final Map<Integer, Lab> LABS = new HashMap<>();

  private final Map<String, List<String>> direct = new HashMap<>();

  @AfterAll
  static void stop() throws Exception {
    for (Lab lab : LABS.values()) {
      lab.close();
    }
    LABS.clear();
  }

  @TestFactory
  Stream<DynamicNode> onTheEmbeddedVersion() throws Exception {
    return rows(PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow());
  }

  @TestFactory
  Stream<DynamicNode> onVersion15() throws Exception {
    assumeTrue(Files.isExecutable(OLDER.resolve("initdb")), "no server programs in " + OLDER);
    return rows(PgBinaries.in(OLDER));
  }

  private Stream<DynamicNode> rows(PgBinaries binaries) throws Exception {
    int major = binaries.major();
    Lab lab = Lab.start(binaries, folder.resolve("pg" + major));
    LABS.put(major, lab);
    List<DynamicNode> routes = new ArrayList<>();
    for (String label : ROUTES.split(",", -1)) {
      Route route = Route.valueOf(label.toUpperCase(Locale.ROOT));
      List<DynamicNode> tests = new ArrayList<>();
      SituationTable.all()
          .forEach((client, situations) ->
              situations.stream()
                  .filter(_ -> client != Client.PSQL || PsqlScript.available())
                  .filter(situation -> situation.since() <= major)
                  .filter(situation -> situation.name().contains(ONLY))
                  .forEach(situation -> {
                    String name = client.label() + ": " + situation.name();
                    tests.add(
                        test(
                            name + " [" + major + " " + route.label() + "]",
                            () -> compare(lab, major, client, situation, route)));
                  }));
      routes.add(DynamicContainer.dynamicContainer(major + " " + label, tests));
    }
    return routes.stream();
  }

  /// A test whose failure says its name: not every report does.
  private static DynamicTest test(String name, Executable body) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try {
            body.execute();
          } catch (Exception | AssertionError e) {
            throw new AssertionError("### " + name + ": " + e.getMessage(), e);
          }
        });
  }

  private void compare(Lab lab, int major, Client client, Situation situation, Route route)
      throws Exception {
    List<String> expected = direct(lab, major, client, situation);
    lab.reset();
    Expectation expectation = situation.expectedBy(route);
    boolean refused = expectation instanceof Expectation.Refused;
    List<String> actual =
        situation
            .program()
            .run(
                new Address(
                    lab.port(route, situation.pool()), lab, situation.sourceMasked(), refused));
    int difference = firstDifference(expected, actual);
    String found = difference < actual.size() ? actual.get(difference) : "";
    switch (expectation) {
      case Expectation.Same _ -> {
        if (difference < Math.max(expected.size(), actual.size())) {
          fail(shown(expected, actual, difference));
        }
      }
      case Expectation.Differs(String what, String _) ->
          assertThat(found)
              .as("first difference; %s", shown(expected, actual, difference))
              .contains(what);
      case Expectation.Refused _ ->
          assertThat(client == Client.RAW ? found : String.join("\n", actual))
              .as("refusal; %s", shown(expected, actual, difference))
              .contains("0A000");
    }
  }

  /// What a direct connection gives, once for each version.
  private List<String> direct(Lab lab, int major, Client client, Situation situation)
      throws Exception {
    String key = major + " " + client.label() + " " + situation.name();
    if (!direct.containsKey(key)) {
      lab.reset();
      Address address =
          new Address(lab.port(Route.DIRECT, 0), lab, situation.sourceMasked(), false);
      List<String> answers = situation.program().run(address);
      direct.put(key, answers);
      keep(key, answers);
    }
    List<String> answers = direct.get(key);
    String text = String.join("\n", answers);
    assertThat(text).as("a direct connection's answers").doesNotContain("<no answer>");
    for (String shown : situation.shows()) {
      assertThat(text).as("a direct connection's answers").contains(shown);
    }
    return answers;
  }

  private static void keep(String key, List<String> answers) throws Exception {
    String kept = System.getProperty("relevo.situations.transcripts", "");
    if (!kept.isEmpty()) {
      Files.createDirectories(Path.of(kept));
      Files.write(Path.of(kept).resolve(key.replaceAll("[^A-Za-z0-9]+", "_") + ".txt"), answers);
    }
  }

  private static int firstDifference(List<String> expected, List<String> actual) {
    int at = 0;
    while (at < expected.size() && at < actual.size() && expected.get(at).equals(actual.get(at))) {
      at++;
    }
    return at;
  }

  private static String shown(List<String> expected, List<String> actual, int at) {
    return "direct and proxied part at line %d%n  common:%n%s  direct:%n%s  proxied:%n%s"
        .formatted(
            at,
            block(expected, at - CONTEXT_LINES, at),
            block(expected, at, at + CONTEXT_LINES),
            block(actual, at, at + CONTEXT_LINES));
  }

  private static String block(List<String> lines, int from, int to) {
    StringBuilder out = new StringBuilder();
    for (int i = Math.max(0, from); i < Math.min(lines.size(), to); i++) {
      String line = lines.get(i);
      out.append("    ").append(line, 0, Math.min(line.length(), 400)).append('\n');
    }
    return out.toString();
  }
}
