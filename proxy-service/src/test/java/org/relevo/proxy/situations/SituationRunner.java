package org.relevo.proxy.situations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.relevo.proxy.situations.Situation.Address;
import org.relevo.proxy.situations.Situation.Client;

/// Does situations at one server, directly and through services, and compares. Owner: one thread.
final class SituationRunner {
  private static final int CONTEXT_LINES = 6;
  private static final int SHOWN_CHARACTERS = 400;

  private static final Pattern SOURCE = Pattern.compile(" (F=\\S+\\.[chly]+|L=\\d+|R=\\w+)(?= )");

  private final Lab lab;
  private final int major;
  private final Map<String, List<String>> direct = new HashMap<>();

  SituationRunner(Lab lab, int major) {
    this.lab = lab;
    this.major = major;
  }

  void compare(Client client, Situation situation, Route route) throws Exception {
    List<String> expected = direct(client, situation);
    lab.reset();
    Expectation expectation = situation.expectedBy(route);
    boolean refused = expectation instanceof Expectation.Refused;
    List<String> actual =
        situation.program().run(new Address(lab.port(route, situation.pool()), lab, refused));
    keep("%d %s %s %s".formatted(major, route.label(), client.label(), situation.name()), actual);
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
  private List<String> direct(Client client, Situation situation) throws Exception {
    String key = major + " direct " + client.label() + " " + situation.name();
    if (!direct.containsKey(key)) {
      lab.reset();
      Address address = new Address(lab.port(Route.DIRECT, 0), lab, false);
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
    while (at < expected.size() && at < actual.size() && same(expected.get(at), actual.get(at))) {
      at++;
    }
    return at;
  }

  /// The service's own errors name no place in a source; the server's are compared with theirs.
  private static boolean same(String direct, String proxied) {
    boolean own = proxied.contains(" ErrorResponse ") && !proxied.contains(" F=");
    return proxied.equals(own ? SOURCE.matcher(direct).replaceAll("") : direct);
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
      out.append("    ").append(line, 0, Math.min(line.length(), SHOWN_CHARACTERS)).append('\n');
    }
    return out.toString();
  }
}
