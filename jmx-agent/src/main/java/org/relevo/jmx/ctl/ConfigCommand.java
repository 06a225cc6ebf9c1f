package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.ConfigSetting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `config show [PATTERN]`, `config check` and `config reload`.
@Command(
    name = "config",
    description = "The service's configuration.",
    subcommands = {
      ConfigCommand.Show.class,
      ConfigCommand.Check.class,
      ImportHeartbeatCommand.class,
      ConfigCommand.ReloadFile.class
    })
final class ConfigCommand extends VerbGroup {
  @Command(name = "show", description = "Settings, their values and where these are written.")
  static final class Show extends RemoteCommand {
    @Parameters(
        arity = "0..1",
        defaultValue = "",
        paramLabel = "PATTERN",
        description = "Part of the names to show; * stands for any text.")
    String pattern = "";

    @Option(names = "--set", description = "Only those that the file sets.")
    boolean set;

    @Override
    int run(JmxConnection service, Output output) {
      Pattern wanted =
          Pattern.compile(
              ".*" + Pattern.quote(pattern).replace("*", "\\E.*\\Q") + ".*",
              Pattern.CASE_INSENSITIVE);
      List<ConfigSetting> settings =
          service.config().getSettings().stream()
              .filter(setting -> wanted.matcher(setting.name()).matches())
              .filter(setting -> !set || !setting.place().isEmpty())
              .toList();
      if (output.json()) {
        output.json(settings);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      for (ConfigSetting setting : settings) {
        rows.add(
            List.of(
                setting.name(),
                setting.value(),
                setting.place().isEmpty() ? "default" : setting.place(),
                setting.awaitsRestart()
                    ? "awaits restart"
                    : setting.reloadable() ? "reload" : "restart"));
      }
      output.table(List.of("SETTING", "VALUE", "WRITTEN", "CHANGE"), rows);
      return ExitCode.DONE;
    }
  }

  @Command(name = "check", description = "Tells what a reload would do; changes nothing.")
  static final class Check extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      return tell(service.config().check(), "nothing would change", output);
    }
  }

  @Command(name = "reload", description = "Reads the file again and takes it over.")
  static final class ReloadFile extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      return tell(service.config().reload(), "nothing has changed", output);
    }
  }

  /// Problems are the answer here, not a failure of the command, but scripts must see them.
  private static int tell(ConfigOutcome outcome, String unchanged, Output output) {
    if (output.json()) {
      output.json(outcome);
    } else {
      outcome.problems().forEach(problem -> output.line("problem: " + problem));
      outcome.warnings().forEach(warning -> output.line("warning: " + warning));
      for (ConfigChange change : outcome.changes()) {
        output.line(
            "%s: '%s' -> '%s'%s"
                .formatted(
                    change.name(),
                    change.before(),
                    change.after(),
                    change.needsRestart() ? " (needs a restart)" : ""));
      }
      if (!outcome.problems().isEmpty()) {
        output.line("the configuration stays as it was");
      } else if (outcome.changes().isEmpty()) {
        output.line(unchanged);
      }
    }
    return outcome.problems().isEmpty() ? ExitCode.DONE : ExitCode.SERVER_SIDE;
  }
}
