package org.relevo.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The house rules that a formatter and a compiler do not see, over the whole repository.
class TidyTest {
  private static final Path ROOT = Path.of(System.getProperty("relevo.root", ".."));
  private static final int MAX_LINE = 100;
  private static final int MAX_FILE = 400;
  private static final int MAX_README = 200;

  /// Files that may be longer; each says why in its class comment.
  private static final List<String> LONG_FILES = List.of();

  private static final Map<String, Pattern> FORBIDDEN =
      Map.of(
          "tab", Pattern.compile("\t"),
          "standard stream", Pattern.compile("System\\.(out|err)\\b"),
          "unfinished mark", Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"),
          "disabled test", Pattern.compile("@Disabled"));

  /// Programs whose job is to write to the terminal.
  private static final List<String> TERMINAL_PROGRAMS =
      List.of(
          "AgreementMain.java",
          "BenchMain.java",
          "CtlMain.java",
          "DemoMain.java",
          "GrammarBuild.java",
          "LabMain.java",
          "Launcher.java",
          "Main.java",
          "ServiceProcess.java",
          "StartMain.java",
          "StockConsole.java");

  @Test
  void javaFilesKeepTheHouseRules() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path file : javaFiles()) {
      check(file, problems);
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    TreeSet<String> missing = new TreeSet<>();
    for (Path file : javaFiles()) {
      Path folder = file.resolveSibling(".").normalize();
      boolean inMain = file.toString().contains("/src/main/");
      boolean inPackage = !file.getFileName().toString().equals("module-info.java");
      if (inMain && inPackage && !Files.exists(folder.resolve("package-info.java"))) {
        missing.add(ROOT.relativize(folder).toString());
      }
    }
    assertThat(missing).as("packages without package-info.java").isEmpty();
  }

  @Test
  void bundlesOfBothLanguagesHaveTheSameKeys() throws IOException {
    Path folder = ROOT.resolve("resources/i18n");
    Properties english = bundle(folder.resolve("messages.properties"));
    Properties spanish = bundle(folder.resolve("messages_es.properties"));
    assertThat(spanish.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    assertThat(english.stringPropertyNames()).isNotEmpty();
  }

  @Test
  void readmeIsShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(MAX_README);
  }

  private static void check(Path file, List<String> problems) throws IOException {
    String name = file.getFileName().toString();
    List<String> lines = Files.readAllLines(file);
    if (lines.size() > MAX_FILE && !LONG_FILES.contains(name)) {
      problems.add(ROOT.relativize(file) + ": " + lines.size() + " lines, at most " + MAX_FILE);
    }
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      String place = ROOT.relativize(file) + ":" + number;
      if (line.length() > MAX_LINE && !line.startsWith("import ")) {
        problems.add(place + ": " + line.length() + " characters, at most " + MAX_LINE);
      }
      for (Map.Entry<String, Pattern> rule : FORBIDDEN.entrySet()) {
        boolean allowed =
            rule.getKey().equals("standard stream") && TERMINAL_PROGRAMS.contains(name);
        if (!allowed && !name.equals("TidyTest.java") && rule.getValue().matcher(line).find()) {
          problems.add(place + ": " + rule.getKey());
        }
      }
    }
  }

  private static List<Path> javaFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : List.of("jmx-agent", "proxy-service", "app")) {
      try (Stream<Path> paths = Files.walk(ROOT.resolve(module).resolve("src"))) {
        paths.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  private static Properties bundle(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
