package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a file holds, it is a configuration or a list of problems, each with its place.
class AnyFileTest {
  private static final int ROUNDS = 500;
  private static final String[] VALUES = {
    "on",
    "off",
    "1",
    "0",
    "-1",
    "''",
    "'a, b'",
    "'a;b'",
    "9999999999999",
    "5min",
    "1.5",
    "'/'",
    "session",
    "RAW",
    "'ALLOW_TO_FAILOVER|ALWAYS_PRIMARY'",
    "'\u0000'",
    "'it''s'",
    "'x",
    "# c",
    "0777",
    "'~'",
    "1e9",
    "'nowhere/at/all'",
    "99999999999d",
    "'*'",
    "é"
  };
  private static final String[] ODD = {
    "[all]",
    "[user 'a']",
    "[database 'a' user 'b']",
    "[",
    "[x]",
    "",
    "=",
    "include 'any.conf'",
    "include_dir '.'",
    "include_if_exists 'no'",
    "replication_mode = on",
    "master_slave_mode = on",
    "parallel_mode = off",
    "socket_dir = /s",
    "backend_port01 = 1",
    "backend_port128 = 1"
  };

  @TempDir Path folder;

  @Test
  void isReadOrRefused() throws IOException {
    Path file = folder.resolve("any.conf");
    Surroundings here = new Surroundings("box", "dba", Path.of("/home/dba"), Map.of());
    int usable = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      String text = text(new Random(seed));
      Files.writeString(file, text, StandardCharsets.UTF_8);
      try {
        ProxyConfig config = ProxyConfig.load(file, here);
        assertThat(config.changesTo(config)).isEmpty();
        assertThat(config.settings()).isNotEmpty();
        assertThat(config.pools().policy().settings("a", "b").size()).isPositive();
        usable++;
      } catch (ConfigException e) {
        assertThat(e.problems())
            .as("seed %d: %s", seed, text)
            .isNotEmpty()
            .allMatch(problem -> problem.place().startsWith(file.toString()));
      }
    }
    assertThat(usable).as("files that can be used").isGreaterThan(ROUNDS / 100);
  }

  private static String text(Random random) {
    List<Setting> settings = SettingTable.settings();
    List<String> lines = new ArrayList<>(List.of("backend_hostname0 = h"));
    for (int n = random.nextInt(6); n > 0; n--) {
      if (random.nextInt(4) == 0) {
        lines.add(ODD[random.nextInt(ODD.length)]);
        continue;
      }
      String name = settings.get(random.nextInt(settings.size())).name();
      String key = name.replaceFirst("N$", Integer.toString(random.nextInt(3)));
      lines.add(key + " = " + VALUES[random.nextInt(VALUES.length)]);
    }
    return String.join(random.nextBoolean() ? "\n" : "\r\n", lines);
  }
}
