package org.relevo.app.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BundlesTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d+)");

  private final Properties english = load("messages.properties");
  private final Properties spanish = load("messages_es.properties");

  BundlesTest() throws IOException {}

  @Test
  void everyKeyStandsInEveryLanguage() {
    assertThat(spanish.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
  }

  @Test
  void everyTextHasTheSamePlaceholdersInEveryLanguage() {
    for (String key : english.stringPropertyNames()) {
      assertThat(placeholders(spanish.getProperty(key)))
          .as(key)
          .isEqualTo(placeholders(english.getProperty(key)));
    }
  }

  @Test
  void noTextLosesItsApostropheToTheFormat() {
    for (Properties bundle : new Properties[] {english, spanish}) {
      for (String key : bundle.stringPropertyNames()) {
        String pattern = bundle.getProperty(key);
        assertThat(pattern.replace("''", "")).as(key + ": write '' for '").doesNotContain("'");
        assertThat(new MessageFormat(pattern).toPattern()).as(key).isNotBlank();
      }
    }
  }

  private static Set<String> placeholders(String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static Properties load(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Texts.class.getResourceAsStream(name)) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }
}
