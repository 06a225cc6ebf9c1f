package org.relevo.proxy.auth.hba;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.relevo.proxy.config.ConfigProblem;

/// Cuts files in pg_hba.conf's syntax into lines of words, and follows includes.
///
/// Owner: the thread that reads the configuration.
final class HbaReader {
  private static final int MAX_DEPTH = 10;
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_LINES = 10_000;
  private static final int MAX_WORDS = 100_000;

  private final String key;
  private final List<ConfigProblem> problems;
  private final List<HbaLine> lines = new ArrayList<>();
  private int words;

  /// @param key names the file in problems
  HbaReader(String key, List<ConfigProblem> problems) {
    this.key = key;
    this.problems = problems;
  }

  List<HbaLine> read(Path file) {
    read(file, file.toString(), 0);
    return lines;
  }

  private void read(Path file, String place, int depth) {
    if (depth > MAX_DEPTH) {
      problem(place, "includes are more than " + MAX_DEPTH + " deep; is it including itself?");
      return;
    }
    List<String> texts = texts(file, place);
    for (int i = 0; i < texts.size(); i++) {
      int first = i;
      StringBuilder whole = new StringBuilder(texts.get(i));
      while (!whole.isEmpty() && whole.charAt(whole.length() - 1) == '\\' && i + 1 < texts.size()) {
        whole.setLength(whole.length() - 1);
        i++;
        whole.append(texts.get(i));
      }
      line(file, file + ":" + (first + 1), whole.toString(), depth);
    }
  }

  private void line(Path file, String place, String text, int depth) {
    HbaWords cut = new HbaWords(text);
    List<List<HbaToken>> fields = cut.fields();
    if (cut.unclosed()) {
      problem(place, "a quote is not closed; write a quote inside quotes as \"\"");
      return;
    }
    if (fields.isEmpty()) {
      return;
    }
    HbaToken first = fields.getFirst().getFirst();
    if (first.is("include") || first.is("include_if_exists") || first.is("include_dir")) {
      if (fields.size() == 2 && fields.get(1).size() == 1) {
        Path target = beside(file, fields.get(1).getFirst().text());
        include(first.text(), target, place, depth);
      } else {
        problem(place, "write " + first.text() + " and one name after it");
      }
      return;
    }
    List<List<HbaToken>> expanded = new ArrayList<>();
    for (List<HbaToken> field : fields) {
      List<HbaToken> all = new ArrayList<>();
      field.forEach(token -> expand(file, place, token, all, depth));
      expanded.add(all);
    }
    if (lines.size() == MAX_LINES) {
      problem(place, "is more than the " + MAX_LINES + " entries that a file may have");
    }
    if (lines.size() <= MAX_LINES) {
      lines.add(new HbaLine(place, expanded));
    }
  }

  /// A name, or the words of a file.
  private void expand(Path file, String place, HbaToken token, List<HbaToken> out, int depth) {
    if (!token.startsKeyword('@')) {
      if (++words <= MAX_WORDS) {
        out.add(token);
      } else if (words == MAX_WORDS + 1) {
        problem(place, "names are more than the " + MAX_WORDS + " that files may have");
      }
      return;
    }
    Path listed = beside(file, token.text().substring(1));
    if (depth >= MAX_DEPTH) {
      problem(place, "files of names are more than " + MAX_DEPTH + " deep");
      return;
    }
    for (String text : texts(listed, place)) {
      HbaWords cut = new HbaWords(text);
      cut.fields()
          .forEach(field -> field.forEach(word -> expand(listed, place, word, out, depth + 1)));
      if (cut.unclosed()) {
        problem(place, "a quote in '" + listed + "' is not closed");
      }
    }
  }

  private void include(String how, Path target, String place, int depth) {
    switch (how) {
      case "include" -> read(target, place, depth + 1);
      case "include_if_exists" -> {
        if (Files.exists(target)) {
          read(target, place, depth + 1);
        }
      }
      default -> {
        try (Stream<Path> files = Files.list(target)) {
          files
              .filter(path -> path.getFileName().toString().endsWith(".conf"))
              .filter(path -> !path.getFileName().toString().startsWith("."))
              .sorted()
              .forEach(path -> read(path, place, depth + 1));
        } catch (IOException e) {
          problem(place, "cannot list '" + target + "' (" + reason(e) + "); name a folder");
        }
      }
    }
  }

  private List<String> texts(Path file, String place) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_FILE_BYTES) {
        problem(place, "'" + file + "' is larger than 1 MB; this is no file of rules");
        return List.of();
      }
      return Files.readAllLines(file);
    } catch (CharacterCodingException _) {
      problem(place, "'" + file + "' is not UTF-8 text; save it as UTF-8");
    } catch (IOException e) {
      problem(place, "cannot read '" + file + "' (" + reason(e) + "); name a readable file");
    }
    return List.of();
  }

  private static Path beside(Path file, String name) {
    return file.toAbsolutePath().resolveSibling(name);
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
  }

  private void problem(String place, String message) {
    problems.add(new ConfigProblem(place, key, message));
  }
}
