package org.relevo.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The dashboard and the rules ask for figures that there are.
class MonitoringFilesTest {
  private static final Path ROOT = Path.of(System.getProperty("relevo.root", ".."));
  private static final Path FILES = ROOT.resolve("resources/monitoring");
  private static final Pattern ASKED = Pattern.compile("\\brelevo_[a-z0-9_]+");
  private static final Pattern MADE = Pattern.compile("\"(relevo_[a-z0-9_]+)\"");

  @Test
  void everyFigureThatIsAskedForIsMade() throws IOException {
    Set<String> made = new TreeSet<>();
    Path sources = ROOT.resolve("proxy-service/src/main/java/org/relevo/proxy/http");
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        Matcher matcher = MADE.matcher(text);
        while (matcher.find()) {
          String name = matcher.group(1);
          made.add(name);
          made.add(name + "_total");
          made.add(name + "_info");
        }
      }
    }
    assertThat(made).hasSizeGreaterThan(100);
    for (String file : new String[] {"grafana-dashboard.json", "prometheus-rules.yml"}) {
      Matcher asked = ASKED.matcher(Files.readString(FILES.resolve(file)));
      Set<String> names = new TreeSet<>();
      while (asked.find()) {
        names.add(asked.group());
      }
      assertThat(names).isNotEmpty();
      names.removeIf(name -> name.startsWith("relevo_postgres_") && name.endsWith("_per_second"));
      assertThat(made).as(file).containsAll(names);
    }
  }

  @Test
  void theDashboardIsJson() throws IOException {
    String text = Files.readString(FILES.resolve("grafana-dashboard.json"));
    assertThat(JsonMapper.builder().build().readTree(text).path("panels").size()).isEqualTo(12);
  }
}
