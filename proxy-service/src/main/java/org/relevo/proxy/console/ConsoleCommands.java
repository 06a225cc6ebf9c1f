package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.relevo.proxy.config.NearestName;
import org.relevo.proxy.console.SqlTokens.Token;

/// Reads the console's language: PgBouncer's and pgpool-II's commands, and what drivers say before
/// and between them.
public final class ConsoleCommands {
  static final String SEE_HELP = "SHOW HELP lists the commands.";

  /// Enough to tell most statements of an ordinary session from pgpool-II's without reading them.
  private static final Pattern PGPOOLS_FIRST =
      Pattern.compile("\\A\\s*(?:pgpool\\s|show\\s+pool_)", Pattern.CASE_INSENSITIVE);

  private static final int MAX_PGPOOL_CHARS = 1024;

  private static final Set<String> REFUSED_TABLES = Set.of("fds", "dns_hosts", "dns_zones");

  private static final List<String> FIRST_WORDS =
      List.of(
          "show",
          "pause",
          "resume",
          "reload",
          "reconnect",
          "kill",
          "kill_client",
          "disable",
          "enable",
          "wait_close",
          "pgpool",
          "set",
          "reset",
          "select");

  private ConsoleCommands() {}

  /// Reads one statement.
  ///
  /// @throws ConsoleException 42601 when it is none of the console's; 0A000 for what PgBouncer has
  ///   and this console has not
  static ConsoleCommand parse(List<Token> tokens) {
    TokenReader in = new TokenReader(tokens);
    ConsoleCommand command = statement(in);
    in.expectEnd();
    return command;
  }

  /// pgpool-II's statements, which work in every database. Cheap for all others.
  ///
  /// @return empty when the text is for the server
  public static Optional<ConsoleCommand> pgpoolCommand(String sql) {
    if (sql.length() > MAX_PGPOOL_CHARS || !PGPOOLS_FIRST.matcher(sql).lookingAt()) {
      return Optional.empty();
    }
    try {
      List<List<Token>> statements = SqlTokens.statements(sql);
      return statements.size() == 1
          ? Optional.of(parse(statements.getFirst())).filter(ConsoleCommand::isPgpools)
          : Optional.empty();
    } catch (ConsoleException _) {
      return Optional.empty(); // the server words the error
    }
  }

  private static ConsoleCommand statement(TokenReader in) {
    String first = in.word();
    return switch (first) {
      case "show" -> show(in);
      case "select" -> SelectReader.read(in);
      case "pgpool" -> pgpool(in);
      case "pause" -> onDatabase(in, Act.Pause::new);
      case "resume" -> onDatabase(in, Act.Resume::new);
      case "reconnect" -> onDatabase(in, Act.Reconnect::new);
      case "wait_close" -> onDatabase(in, Act.WaitClose::new);
      case "kill" ->
          in.accept("client")
              ? new ConsoleCommand.Acting(new Act.KillClient(in.wholeNumber()))
              : onDatabase(in, Act.Kill::new);
      case "kill_client" -> new ConsoleCommand.Acting(new Act.KillClient(in.wholeNumber()));
      case "disable" -> new ConsoleCommand.Acting(new Act.Disable(in.name()));
      case "enable" -> new ConsoleCommand.Acting(new Act.Enable(in.name()));
      case "reload" -> new ConsoleCommand.Acting(new Act.Reload());
      case "shutdown" ->
          throw new ConsoleException(
              "0A000",
              "the console does not stop the service",
              "Stop it with the service manager, for instance: systemctl stop relevo");
      case "suspend" ->
          throw new ConsoleException(
              "0A000", "SUSPEND is not available", "PAUSE holds the traffic of all databases.");
      default -> ofDrivers(first, in);
    };
  }

  private static ConsoleCommand onDatabase(
      TokenReader in, Function<Optional<String>, ? extends Act> act) {
    return new ConsoleCommand.Acting(act.apply(in.optionalName()));
  }

  private static ConsoleCommand show(TokenReader in) {
    if (in.accept("transaction", "isolation")) {
      if (!in.accept("level")) {
        throw in.unexpected();
      }
      return new ConsoleCommand.ShowParameter("transaction_isolation", "transaction_isolation");
    }
    if (in.accept("time", "zone")) {
      return new ConsoleCommand.ShowParameter("TimeZone", "timezone");
    }
    String name = in.dottedName().toLowerCase(Locale.ROOT);
    Optional<ShowTable> table = ShowTable.of(name);
    if (table.isPresent()) {
      return new ConsoleCommand.Show(table.get(), where(in, table.get()), limit(in));
    }
    if (REFUSED_TABLES.contains(name)) {
      throw new ConsoleException(
          "0A000",
          "SHOW " + name.toUpperCase(Locale.ROOT) + " is not available",
          name.equals("fds")
              ? "File descriptors are not given to anybody."
              : "Names are looked up by the operating system; there is no cache of our own.");
    }
    return DriverParameters.column(name)
        .<ConsoleCommand>map(column -> new ConsoleCommand.ShowParameter(column, name))
        .orElseThrow(() ->
            unknown("SHOW " + name, name, Stream.of(ShowTable.values()).map(ShowTable::keyword)));
  }

  private static Map<String, String> where(TokenReader in, ShowTable table) {
    Map<String, String> where = new LinkedHashMap<>();
    if (in.accept("where")) {
      do {
        String column = in.name();
        if (table.columns().stream().noneMatch(each -> each.name().equals(column))) {
          throw new ConsoleException(
              "42703", "column \"" + TokenReader.shown(column) + "\" does not exist");
        }
        in.expectSymbol('=');
        where.put(column, in.value());
      } while (in.accept("and"));
    }
    return where;
  }

  private static OptionalInt limit(TokenReader in) {
    return in.accept("limit")
        ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, in.wholeNumber()))
        : OptionalInt.empty();
  }

  private static ConsoleCommand pgpool(TokenReader in) {
    if (in.accept("show")) {
      String name = in.dottedName().toLowerCase(Locale.ROOT);
      return switch (name) {
        case "all" -> new ConsoleCommand.PgpoolShowGroup(List.of(""));
        case "backend" -> new ConsoleCommand.PgpoolShowGroup(List.of("backend_"));
        case "health_check" -> new ConsoleCommand.PgpoolShowGroup(List.of("health_check_"));
        case "watchdog" ->
            new ConsoleCommand.PgpoolShowGroup(List.of("wd_", "use_watchdog", "other_"));
        case "heartbeat" -> new ConsoleCommand.PgpoolShowGroup(List.of("heartbeat_"));
        default -> new ConsoleCommand.PgpoolShow(name);
      };
    }
    if (in.accept("reset")) {
      String name = in.dottedName().toLowerCase(Locale.ROOT);
      return new ConsoleCommand.PgpoolReset(
          name.equals("all") ? Optional.empty() : Optional.of(name));
    }
    if (in.accept("set")) {
      String name = in.dottedName().toLowerCase(Locale.ROOT);
      if (!in.accept("to")) {
        in.expectSymbol('=');
      }
      in.value();
      return new ConsoleCommand.PgpoolSet(name);
    }
    throw in.unexpected();
  }

  /// What drivers send that has no meaning here.
  private static ConsoleCommand ofDrivers(String first, TokenReader in) {
    return switch (first) {
      case "set" -> set(in);
      case "deallocate" -> {
        in.accept("prepare");
        String name = in.name();
        yield name.equals("all")
            ? new ConsoleCommand.Deallocate(Optional.empty(), "DEALLOCATE ALL")
            : new ConsoleCommand.Deallocate(Optional.of(name), "DEALLOCATE");
      }
      case "discard" -> {
        String what = in.word().toUpperCase(Locale.ROOT);
        yield what.equals("ALL")
            ? new ConsoleCommand.Deallocate(Optional.empty(), "DISCARD ALL")
            : new ConsoleCommand.Nothing("DISCARD " + TokenReader.shown(what));
      }
      case "start" -> nothing(in, "transaction", "START TRANSACTION");
      case "close" -> nothing(in, "all", "CLOSE CURSOR ALL");
      case "begin", "commit", "rollback", "reset", "unlisten" -> nothing(in, first);
      case "end" -> nothing(in, "commit");
      case "abort" -> nothing(in, "rollback");
      default -> throw unknown(first, first, FIRST_WORDS.stream());
    };
  }

  private static ConsoleCommand nothing(TokenReader in, String second, String tag) {
    if (!in.accept(second)) {
      throw in.unexpected();
    }
    return nothing(in, tag);
  }

  private static ConsoleCommand nothing(TokenReader in, String tag) {
    in.skipRest();
    return new ConsoleCommand.Nothing(tag.toUpperCase(Locale.ROOT));
  }

  private static ConsoleCommand set(TokenReader in) {
    if (in.accept("time", "zone")) {
      return new ConsoleCommand.SetParameter("timezone", in.value());
    }
    if (in.accept("transaction") || in.accept("session", "characteristics")) {
      in.skipRest();
      return new ConsoleCommand.Nothing("SET");
    }
    if (!in.accept("session")) {
      in.accept("local");
    }
    String name = in.dottedName().toLowerCase(Locale.ROOT);
    if (name.equals("names")) {
      return new ConsoleCommand.SetParameter("client_encoding", in.value());
    }
    if (!in.accept("to")) {
      in.expectSymbol('=');
    }
    List<String> values = new ArrayList<>();
    do {
      values.add(in.value());
    } while (in.acceptSymbol(','));
    return new ConsoleCommand.SetParameter(name, String.join(", ", values));
  }

  private static ConsoleException unknown(String shown, String name, Stream<String> known) {
    String hint =
        NearestName.of(name, known.toList())
            .map(nearest -> "Perhaps you meant " + nearest.toUpperCase(Locale.ROOT) + ". ")
            .orElse("");
    return new ConsoleException(
        "42601",
        "the console has no command \"" + TokenReader.shown(shown) + "\"",
        hint + SEE_HELP);
  }
}
