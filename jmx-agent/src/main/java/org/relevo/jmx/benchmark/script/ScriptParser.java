package org.relevo.jmx.benchmark.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a script in pgbench's language.
///
/// Owner: the caller's thread.
public final class ScriptParser {
  private static final Pattern WORD = Pattern.compile("\\\\([A-Za-z]+)[ \\t\\r]*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_\\x80-\\uffff]+");
  private static final Pattern SLEEP =
      Pattern.compile(
          "(:[A-Za-z0-9_\\x80-\\uffff]+|\\d{1,9})[ \\t]*(us|ms|s)?", Pattern.CASE_INSENSITIVE);
  private static final Map<String, Long> UNITS =
      Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);
  private static final String COMMANDS =
      "\\set, \\sleep, \\if, \\elif, \\else, \\endif, \\gset, \\aset, \\startpipeline,"
          + " \\syncpipeline and \\endpipeline";

  private final String text;
  private final int firstNumber;
  private final SqlScanner scanner;
  private final List<Command> commands = new ArrayList<>();
  private final Deque<Block> blocks = new ArrayDeque<>();
  private int statements;

  /// An open \if: the condition whose target is not known yet, and the jumps to its end.
  private static final class Block {
    final int began;
    int condition;
    boolean otherwise;
    final List<Integer> jumps = new ArrayList<>();

    Block(int began, int condition) {
      this.began = began;
      this.condition = condition;
    }
  }

  private ScriptParser(String text, int firstNumber) {
    this.text = text;
    this.firstNumber = firstNumber;
    this.scanner = new SqlScanner(text);
  }

  /// @param firstNumber the number of the script's first statement
  /// @throws ScriptException when it cannot be read; says where and why
  public static Script parse(String name, String text, int weight, int firstNumber) {
    return new ScriptParser(text, firstNumber).read(name, weight);
  }

  private Script read(String name, int weight) {
    while (!scanner.atEnd()) {
      String sql = scanner.statement();
      if (!sql.isEmpty()) {
        commands.add(
            new Command.Sql(SqlText.of(firstNumber + statements++, sql), Command.Keep.NOTHING, ""));
      }
      if (scanner.atCommand()) {
        int end = scanner.commandEnd();
        command(scanner.at(), end);
        scanner.moveTo(Math.min(text.length(), end + 1));
      }
    }
    if (!blocks.isEmpty()) {
      throw wrong(blocks.getLast().began, "this \\if has no \\endif");
    }
    if (commands.isEmpty()) {
      throw new ScriptException("the script has no command");
    }
    return new Script(name, text, weight, commands);
  }

  private void command(int began, int end) {
    Matcher word = WORD.matcher(text).region(began, end);
    if (!word.lookingAt()) {
      throw wrong(began, "a command must follow the backslash");
    }
    int rest = word.end();
    String name = word.group(1).toLowerCase(Locale.ROOT);
    switch (name) {
      case "set" -> set(rest, end);
      case "sleep" -> sleep(rest, end);
      case "if" -> {
        blocks.addLast(new Block(began, commands.size()));
        commands.add(new Command.Unless(ExpressionParser.parse(text, rest, end), -1));
      }
      case "elif" -> {
        Block block = open(began, name);
        leave(block);
        block.condition = commands.size();
        commands.add(new Command.Unless(ExpressionParser.parse(text, rest, end), -1));
      }
      case "else" -> {
        nothingMore(rest, end, name);
        Block block = open(began, name);
        leave(block);
        block.otherwise = true;
      }
      case "endif" -> {
        nothingMore(rest, end, name);
        endIf(began);
      }
      case "gset" -> keep(began, rest, end, Command.Keep.ROW);
      case "aset" -> keep(began, rest, end, Command.Keep.ALL);
      case "startpipeline" -> plain(rest, end, name, new Command.StartPipeline());
      case "syncpipeline" -> plain(rest, end, name, new Command.SyncPipeline());
      case "endpipeline" -> plain(rest, end, name, new Command.EndPipeline());
      case "shell", "setshell" ->
          throw wrong(
              began,
              "\\" + name + " is refused: a script must not run programs on the service's machine");
      default -> throw wrong(began, "no command \\" + word.group(1) + "; there are " + COMMANDS);
    }
  }

  private void set(int from, int end) {
    Matcher name = NAME.matcher(text).region(from, end);
    if (!name.lookingAt()) {
      throw wrong(from, "\\set needs a name and an expression");
    }
    Expression expression = ExpressionParser.parse(text, name.end(), end);
    commands.add(new Command.SetVariable(name.group(), expression));
  }

  private void sleep(int from, int end) {
    Matcher amount = SLEEP.matcher(text.substring(from, end).strip());
    if (!amount.matches()) {
      throw wrong(from, "\\sleep needs a number or :variable, and us, ms or s");
    }
    String unit = amount.group(2) == null ? "s" : amount.group(2).toLowerCase(Locale.ROOT);
    String given = amount.group(1);
    boolean variable = given.startsWith(":");
    commands.add(
        new Command.Sleep(
            variable ? given.substring(1) : null,
            variable ? 0 : Long.parseLong(given),
            java.util.Objects.requireNonNull(UNITS.get(unit))));
  }

  private Block open(int began, String name) {
    Block block = blocks.peekLast();
    if (block == null) {
      throw wrong(began, "\\" + name + " without \\if");
    }
    if (block.otherwise) {
      throw wrong(began, "\\" + name + " after \\else");
    }
    return block;
  }

  /// Ends the branch before: what ran it goes to the end, what did not goes on here.
  private void leave(Block block) {
    block.jumps.add(commands.size());
    commands.add(new Command.Jump(-1));
    aim(block, commands.size());
  }

  private void aim(Block block, int target) {
    if (commands.get(block.condition) instanceof Command.Unless unless) {
      commands.set(block.condition, new Command.Unless(unless.condition(), target));
    }
  }

  private void endIf(int began) {
    Block block = blocks.pollLast();
    if (block == null) {
      throw wrong(began, "\\endif without \\if");
    }
    if (!block.otherwise) {
      aim(block, commands.size());
    }
    block.jumps.forEach(jump -> commands.set(jump, new Command.Jump(commands.size())));
  }

  private void keep(int began, int from, int end, Command.Keep keep) {
    String prefix = text.substring(from, end).strip();
    if (!prefix.isEmpty() && !NAME.matcher(prefix).matches()) {
      throw wrong(from, "\"" + prefix + "\" cannot begin a variable's name");
    }
    if (!commands.isEmpty()
        && commands.getLast() instanceof Command.Sql sql
        && sql.keep() == Command.Keep.NOTHING) {
      commands.set(commands.size() - 1, new Command.Sql(sql.text(), keep, prefix));
      return;
    }
    throw wrong(began, "\\gset and \\aset must follow an SQL command");
  }

  private void plain(int from, int end, String name, Command command) {
    nothingMore(from, end, name);
    commands.add(command);
  }

  private void nothingMore(int from, int end, String name) {
    String more = text.substring(from, end).strip();
    if (!more.isEmpty()) {
      throw wrong(from, "unexpected \"" + more + "\" behind \\" + name);
    }
  }

  private ScriptException wrong(int offset, String message) {
    return ScriptException.at(text, offset, message);
  }
}
