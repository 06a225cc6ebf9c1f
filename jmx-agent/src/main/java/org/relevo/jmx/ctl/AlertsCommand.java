package org.relevo.jmx.ctl;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.AlertInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `alerts list`, `alerts ack ID` and `alerts test`.
@Command(
    name = "alerts",
    description = "What a person should know of.",
    subcommands = {
      AlertsCommand.ListAlerts.class,
      AlertsCommand.Ack.class,
      AlertsCommand.Test.class
    })
final class AlertsCommand extends VerbGroup {
  /// `list`.
  @Command(name = "list", description = "Alerts of now.")
  static final class ListAlerts extends RemoteCommand {
    @Option(names = "--history", description = "What was raised and cleared, newest first.")
    boolean history;

    @Override
    int run(JmxConnection service, Output output) {
      List<AlertInfo> alerts =
          history ? service.alerts().getHistory() : service.alerts().getActive();
      if (output.json()) {
        output.json(alerts);
        return ExitCode.DONE;
      }
      output.table(
          List.of("ID", "SEVERITY", "RULE", "SUBJECT", "SINCE", "CLEARED", "ACKNOWLEDGED", "TEXT"),
          alerts.stream()
              .map(alert ->
                  List.of(
                      Long.toString(alert.id()),
                      alert.severity().name().toLowerCase(Locale.ROOT),
                      alert.rule(),
                      alert.subject().isEmpty() ? "-" : alert.subject(),
                      Output.time(alert.sinceEpochMs()),
                      Output.time(alert.clearedAtEpochMs()),
                      alert.acknowledgedBy().isEmpty() ? "-" : alert.acknowledgedBy(),
                      alert.text()))
              .toList());
      return ExitCode.DONE;
    }
  }

  /// `ack`.
  @Command(name = "ack", description = "Somebody cares: it is not repeated any more.")
  static final class Ack extends RemoteCommand {
    @Parameters(paramLabel = "ID", description = "As alerts list shows it.")
    long id;

    @Override
    int run(JmxConnection service, Output output) {
      service.alerts().acknowledge(id);
      return output.said(Map.of("id", id), "alert " + id + " is acknowledged");
    }
  }

  /// `test`.
  @Command(name = "test", description = "Sends a test to everybody who is told.")
  static final class Test extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      service.alerts().test();
      List<String> targets = service.alerts().getTargets();
      return output.said(
          Map.of("targets", targets), "a test goes to " + String.join(", ", targets));
    }
  }
}
