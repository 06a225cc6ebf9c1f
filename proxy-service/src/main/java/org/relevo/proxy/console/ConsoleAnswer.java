package org.relevo.proxy.console;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a command leads to.
public sealed interface ConsoleAnswer {
  record Table(ResultTable table) implements ConsoleAnswer {}

  /// @param tag CommandComplete's
  record Done(String tag) implements ConsoleAnswer {}

  /// Carries a command out. [ConsoleCommand.Deallocate] is done by whoever holds the statements.
  ///
  /// @return fails with [ConsoleException]; may take long for PAUSE and WAIT_CLOSE
  /// @throws ConsoleException at once
  static CompletionStage<ConsoleAnswer> to(
      ConsoleCommand command, ConsoleSource source, Viewer viewer) {
    if (viewer.role() == ConsoleRole.NONE && !command.isPgpools()) {
      throw new ConsoleException("42501", "permission denied in the console");
    }
    if (ConsoleTables.columns(command).isPresent()) {
      return ConsoleTables.open(command, source, viewer).thenApply(Table::new);
    }
    return switch (command) {
      case ConsoleCommand.Acting(Act act) ->
          Acting.begin(act, source, viewer).thenApply(_ -> new Done(act.tag()));
      case ConsoleCommand.PgpoolSet(String name) -> {
        ConsoleTables.setting(name, source);
        throw notInSession(name);
      }
      case ConsoleCommand.PgpoolReset(Optional<String> name) -> {
        name.ifPresent(each -> ConsoleTables.setting(each, source));
        yield done("RESET");
      }
      case ConsoleCommand.SetParameter(String name, String value) -> {
        if (name.equals("client_encoding") && !isUtf8(value)) {
          throw new ConsoleException("0A000", "the console speaks UTF8 only");
        }
        if (source.settings().stream().anyMatch(each -> each.name().equals(name))) {
          throw notInSession(name);
        }
        yield done("SET");
      }
      case ConsoleCommand.Nothing(String tag) -> done(tag);
      case ConsoleCommand.Deallocate(var _, String tag) -> done(tag);
      case ConsoleCommand.Show _,
          ConsoleCommand.ShowParameter _,
          ConsoleCommand.Select _,
          ConsoleCommand.PgpoolShow _,
          ConsoleCommand.PgpoolShowGroup _ ->
          throw new IllegalArgumentException("has a result: " + command);
    };
  }

  private static CompletionStage<ConsoleAnswer> done(String tag) {
    return CompletableFuture.completedFuture(new Done(tag));
  }

  private static ConsoleException notInSession(String name) {
    return new ConsoleException(
        "55P02",
        "parameter \"" + name + "\" cannot be changed in a session",
        "Change the configuration file and say RELOAD.");
  }

  private static boolean isUtf8(String value) {
    String plain = value.replace("-", "").replace("'", "");
    return plain.equalsIgnoreCase("utf8") || plain.equalsIgnoreCase("unicode");
  }

  /// Checks and logs acts.
  final class Acting {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);

    private Acting() {}

    private static CompletionStage<Void> begin(Act act, ConsoleSource source, Viewer viewer) {
      String target = act.target().replaceAll("[\\p{Cntrl}\"]", "?");
      if (viewer.role() != ConsoleRole.ADMIN) {
        LOG.warn("console.denied who=\"{}\" command={} target=\"{}\"", viewer, act.tag(), target);
        throw new ConsoleException(
            "42501",
            "permission denied for " + act.tag(),
            "Only roles named in console_admin_users may act.");
      }
      LOG.info("console.act who=\"{}\" command={} target=\"{}\"", viewer, act.tag(), target);
      return source.act(act, viewer.toString());
    }
  }
}
