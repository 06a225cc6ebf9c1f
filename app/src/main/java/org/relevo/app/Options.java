package org.relevo.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.relevo.app.frame.ScreenId;

/// The command line.
///
/// @param address host, or host and port, to fill into the Connect screen
/// @param credentials file written by the service; connects at once
/// @param screenshot draws without a display, writes the file and ends
record Options(
    Optional<String> address,
    Optional<Path> credentials,
    Optional<Path> screenshot,
    Optional<ScreenId> screen,
    Duration after,
    String language,
    String theme,
    int width,
    int height) {
  static final String USAGE =
      """
      relevo app [options]
        --connect HOST[:PORT]   address for the Connect screen (port 9899)
        --credentials FILE      connect at once with the service's credentials.json
        --screen ID             overview, dashboard, io, sessions, objects, memory, consistency,
                                  benchmark, statements, operations, alarms, nodes, logs,
                                  configuration…
        --screenshot FILE       draw without a display, write a PNG and end
        --after SECONDS         when the picture is taken (5)
        --lang en|es            language
        --theme light|dark      look
        --size WIDTHxHEIGHT     window size
        --help                  this text
      """;

  /// Says what is wrong with the command line and what would be right.
  static final class BadOptions extends Exception {
    private static final long serialVersionUID = 1L;

    BadOptions(String message) {
      super(message);
    }
  }

  static Options parse(List<String> arguments) throws BadOptions {
    Optional<String> address = Optional.empty();
    Optional<Path> credentials = Optional.empty();
    Optional<Path> screenshot = Optional.empty();
    Optional<ScreenId> screen = Optional.empty();
    Duration after = Duration.ofSeconds(5);
    String language = "";
    String theme = "";
    int width = 0;
    int height = 0;
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--connect" -> address = Optional.of(value(option, rest));
        case "--credentials" -> credentials = Optional.of(Path.of(value(option, rest)));
        case "--screenshot" -> screenshot = Optional.of(Path.of(value(option, rest)));
        case "--screen" -> screen = Optional.of(screen(value(option, rest)));
        case "--after" -> after = Duration.ofSeconds(number(option, value(option, rest), 0, 3600));
        case "--lang" -> language = oneOf(option, value(option, rest), List.of("en", "es"));
        case "--theme" -> theme = oneOf(option, value(option, rest), List.of("light", "dark"));
        case "--size" -> {
          String[] sides = value(option, rest).toLowerCase(Locale.ROOT).split("x", -1);
          if (sides.length != 2) {
            throw new BadOptions("--size needs WIDTHxHEIGHT, such as 1280x860");
          }
          width = number(option, sides[0], 640, 10_000);
          height = number(option, sides[1], 480, 10_000);
        }
        default ->
            throw new BadOptions("unknown option " + option + "; relevo app --help lists all");
      }
    }
    return new Options(
        address, credentials, screenshot, screen, after, language, theme, width, height);
  }

  private static String value(String option, Iterator<String> rest) throws BadOptions {
    if (!rest.hasNext()) {
      throw new BadOptions(option + " needs a value; relevo app --help lists all options");
    }
    return rest.next();
  }

  private static ScreenId screen(String id) throws BadOptions {
    Optional<ScreenId> found = ScreenId.of(id);
    if (found.isEmpty()) {
      throw new BadOptions(
          "--screen "
              + id
              + ": no such screen; there are "
              + String.join(", ", Arrays.stream(ScreenId.values()).map(ScreenId::id).toList()));
    }
    return found.get();
  }

  private static int number(String option, String text, int min, int max) throws BadOptions {
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new BadOptions(option + " " + text + ": not a whole number");
    }
    throw new BadOptions(option + " " + text + ": must be " + min + " to " + max);
  }

  private static String oneOf(String option, String text, List<String> allowed) throws BadOptions {
    if (!allowed.contains(text)) {
      throw new BadOptions(option + " " + text + ": must be " + String.join(" or ", allowed));
    }
    return text;
  }
}
