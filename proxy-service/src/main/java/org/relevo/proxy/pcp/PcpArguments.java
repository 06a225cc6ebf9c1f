package org.relevo.proxy.pcp;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Command line of a `pcp_*` program.
///
/// @param tool its name
/// @param letter of the command
/// @param positional whether it was the form of pgpool-II 2.2
/// @param all `-a`
record PcpArguments(
    String tool,
    char letter,
    String body,
    String host,
    int port,
    String user,
    String password,
    int timeoutMs,
    boolean positional,
    boolean all,
    boolean help) {
  private static final int BAD_ARGUMENTS = 7;
  private static final int USUAL_PORT = 9898;
  private static final int CONNECT_MS = 10_000;

  private static final Map<String, Character> LETTERS =
      Map.ofEntries(
          Map.entry("pcp_node_count", 'L'),
          Map.entry("pcp_node_info", 'I'),
          Map.entry("pcp_proc_count", 'N'),
          Map.entry("pcp_proc_info", 'P'),
          Map.entry("pcp_pool_status", 'B'),
          Map.entry("pcp_health_check_stats", 'H'),
          Map.entry("pcp_watchdog_info", 'W'),
          Map.entry("pcp_attach_node", 'C'),
          Map.entry("pcp_detach_node", 'D'),
          Map.entry("pcp_promote_node", 'J'),
          Map.entry("pcp_recovery_node", 'O'),
          Map.entry("pcp_stop_pgpool", 'T'),
          Map.entry("pcp_reload_config", 'Z'),
          Map.entry("pcp_log_rotate", 'V'),
          Map.entry("pcp_invalidate_query_cache", 'G'));

  private static final String FLAGS = "wWdvagsx?";

  int connectMs() {
    return timeoutMs > 0 ? Math.min(timeoutMs, CONNECT_MS) : CONNECT_MS;
  }

  static String usage(String tool) {
    return """
    Usage: %s [-h HOST] [-p PORT] [-U USER] [-w] [-W] [-n NODE] [-P PID]
              [-a] [-g] [-s] [-m MODE]
           %s TIMEOUT HOST PORT USER PASSWORD [NODE|PID|MODE]\
    """
        .formatted(tool, tool);
  }

  /// @throws PcpMain.Failure 7 for what cannot be understood
  static PcpArguments parse(String tool, List<String> given) {
    Character letter = LETTERS.get(tool);
    if (letter == null) {
      throw new PcpMain.Failure(BAD_ARGUMENTS, "there is no program " + tool);
    }
    boolean old = given.size() >= 5 && given.stream().limit(5).noneMatch(a -> a.startsWith("-"));
    return old ? positional(tool, letter, given) : options(tool, letter, given);
  }

  private static PcpArguments positional(String tool, char letter, List<String> given) {
    int timeout = number(given.get(0), "timeout");
    String more = given.size() > 5 ? given.get(5) : "";
    return new PcpArguments(
        tool,
        letter,
        body(tool, more, false),
        given.get(1),
        number(given.get(2), "port"),
        given.get(3),
        given.get(4),
        timeout * 1000,
        true,
        false,
        false);
  }

  private static PcpArguments options(String tool, char letter, List<String> given) {
    Map<Character, String> values = new HashMap<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String word = longName(given.get(i));
      if (!word.startsWith("-") || word.length() < 2) {
        rest.add(word);
        continue;
      }
      char option = word.charAt(1);
      boolean scope = option == 's' && !tool.equals("pcp_promote_node");
      if (FLAGS.indexOf(option) >= 0 && !scope) {
        values.put(option, "");
      } else if (word.length() > 2) {
        values.put(option, word.substring(2));
      } else if (i + 1 < given.size()) {
        i++;
        values.put(option, given.get(i));
      } else {
        throw new PcpMain.Failure(BAD_ARGUMENTS, tool + ": -" + option + " needs a value");
      }
    }
    boolean help = values.containsKey('?');
    String node = values.getOrDefault('n', rest.isEmpty() ? "" : rest.getFirst());
    String more =
        switch (tool) {
          case "pcp_proc_info" -> values.getOrDefault('P', node);
          case "pcp_stop_pgpool" -> values.getOrDefault('m', node);
          default -> node;
        };
    String host = values.getOrDefault('h', "localhost");
    int port = number(values.getOrDefault('p', Integer.toString(USUAL_PORT)), "port");
    String user = values.getOrDefault('U', System.getProperty("user.name", ""));
    boolean graceful =
        values.containsKey('g')
            && (tool.equals("pcp_detach_node") || tool.equals("pcp_promote_node"));
    return new PcpArguments(
        tool,
        graceful ? Character.toLowerCase(letter) : letter,
        help ? "" : body(tool, more, values.containsKey('s')),
        host,
        port,
        user,
        help ? "" : password(host, port, user, values.containsKey('w')),
        0,
        false,
        values.containsKey('a'),
        help);
  }

  private static String longName(String word) {
    if (!word.startsWith("--")) {
      return word;
    }
    String name = word.replaceFirst("=.*", "");
    String value = word.contains("=") ? word.replaceFirst("[^=]*=", "") : "";
    return switch (name) {
      case "--host" -> "-h" + value;
      case "--port" -> "-p" + value;
      case "--username" -> "-U" + value;
      case "--no-password" -> "-w";
      case "--password" -> "-W";
      case "--node-id", "--watchdog-id" -> "-n" + value;
      case "--process-id" -> "-P" + value;
      case "--gracefully" -> "-g";
      case "--switchover" -> "-s";
      case "--all" -> "-a";
      case "--mode" -> "-m" + value;
      case "--verbose" -> "-v";
      case "--debug" -> "-d";
      case "--help" -> "-?";
      default -> throw new PcpMain.Failure(BAD_ARGUMENTS, "unknown option " + name);
    };
  }

  private static String body(String tool, String more, boolean switchover) {
    return switch (tool) {
      case "pcp_node_info", "pcp_watchdog_info" ->
          (more.isEmpty() ? "-1" : number(more, "number")) + "\0";
      case "pcp_proc_info" -> (more.isEmpty() ? "0" : number(more, "number")) + "\0";
      case "pcp_promote_node" -> number(more, "node") + " \0" + (switchover ? 's' : 'n');
      case "pcp_attach_node", "pcp_detach_node", "pcp_recovery_node", "pcp_health_check_stats" ->
          number(more, "node") + "\0";
      case "pcp_stop_pgpool" -> mode(more);
      case "pcp_reload_config", "pcp_log_rotate" -> "l";
      default -> "";
    };
  }

  private static String mode(String text) {
    return switch (text) {
      case "", "s", "smart" -> "s";
      case "f", "fast" -> "f";
      case "i", "immediate" -> "i";
      default ->
          throw new PcpMain.Failure(
              BAD_ARGUMENTS, "a mode is smart, fast or immediate, not '" + text + "'");
    };
  }

  private static int number(String text, String what) {
    if (!text.matches("-?\\d{1,9}")) {
      throw new PcpMain.Failure(BAD_ARGUMENTS, "the " + what + " is a number, not '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  /// From `.pcppass` (`host:port:user:password`), else from the terminal.
  private static String password(String host, int port, String user, boolean neverAsk) {
    String named = System.getenv().getOrDefault("PCPPASSFILE", "");
    Path file =
        named.isEmpty()
            ? Path.of(System.getProperty("user.home", "."), ".pcppass")
            : Path.of(named);
    if (Files.isReadable(file)) {
      try {
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
          String[] parts = line.split(":", 4);
          if (parts.length == 4
              && is(parts[0], host)
              && is(parts[1], Integer.toString(port))
              && is(parts[2], user)) {
            return parts[3];
          }
        }
      } catch (IOException e) {
        throw new PcpMain.Failure(BAD_ARGUMENTS, "cannot read " + file + ": " + e.getMessage());
      }
    }
    Console console = neverAsk ? null : System.console();
    char[] typed = console == null ? null : console.readPassword("Password: ");
    return typed == null ? "" : new String(typed);
  }

  private static boolean is(String pattern, String value) {
    return pattern.equals("*") || pattern.equals(value);
  }
}
