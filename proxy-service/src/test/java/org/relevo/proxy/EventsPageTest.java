package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page of events names exactly what the sources log.
class EventsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("relevo.root"));
  private static final Pattern LOGGED =
      Pattern.compile(
          "\\b(?:LOG|log)\\s*\\.\\s*(?:error|warn|info|debug|trace)\\(\\s*\"([^\"\\s]+)");
  private static final Pattern JOURNAL_CALL =
      Pattern.compile("\\b(?:journal(?:\\(\\))?\\s*\\.record|events\\.accept)\\([^;]*;");
  private static final Pattern EVENT_LITERAL = Pattern.compile("\"([a-z]+(?:\\.[a-z_-]+)+)\"");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| [a-zA-Z]+ \\| \\S");

  @Test
  void everyEventOfTheSourcesHasALineAndNoLineIsOutdated() throws IOException {
    Set<String> logged = new TreeSet<>();
    for (String module : new String[] {"jmx-agent", "proxy-service", "app"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          logged.addAll(events(Files.readString(file)));
        }
      }
    }
    assertThat(logged).hasSizeGreaterThan(50).contains("cluster.primary", "switchover.step");
    assertThat(all(ROW, Files.readString(ROOT.resolve("resources/docs/events.md"))))
        .as("resources/docs/events.md")
        .containsExactlyInAnyOrderElementsOf(logged);
  }

  @Test
  void eventsAreFoundInEveryFormOfCall() {
    assertThat(
            events(
                """
                    LOG.warn("a.b key={}", x);
                log.error("m.n");
                    LOG.info(
                        "peer.{}-failed x={}", y);
                    journal.record(LogLevel.INFO, c ? "d.e" : "f.g_h", "key=value");
                    coordinator.journal().record(level, "i.j", text);
                    events.accept("k.l", "id=1");
                    map.record("no.event");
                """))
        .containsExactlyInAnyOrder("a.b", "peer.*-failed", "d.e", "f.g_h", "i.j", "k.l", "m.n");
  }

  private static Set<String> events(String source) {
    Set<String> found = new TreeSet<>();
    all(LOGGED, source).forEach(name -> found.add(name.replace("{}", "*")));
    JOURNAL_CALL
        .matcher(source)
        .results()
        .forEach(call -> found.addAll(all(EVENT_LITERAL, call.group())));
    return found;
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
