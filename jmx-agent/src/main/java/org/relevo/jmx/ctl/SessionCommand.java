package org.relevo.jmx.ctl;

import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ClientInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `session list` and `session kill ID`.
@Command(
    name = "session",
    description = "Clients of the service.",
    subcommands = {SessionCommand.ListSessions.class, SessionCommand.Kill.class})
final class SessionCommand extends VerbGroup {
  private static final int MAX_ROWS = 10_000;

  /// `list`.
  @Command(name = "list", description = "Clients, newest first.")
  static final class ListSessions extends RemoteCommand {
    @Option(
        names = "-n",
        paramLabel = "N",
        defaultValue = "100",
        description = "Most rows, 1 to 10000 (${DEFAULT-VALUE}).")
    int rows;

    @Override
    void checkArguments() {
      if (rows < 1 || rows > MAX_ROWS) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "-n must be 1 to " + MAX_ROWS);
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      List<ClientInfo> clients = service.pool().clients(rows);
      if (output.json()) {
        output.json(clients);
        return ExitCode.DONE;
      }
      output.table(
          List.of("ID", "USER", "DATABASE", "STATE", "ADDRESS", "SINCE", "WAIT_MS", "APPLICATION"),
          clients.stream()
              .map(client ->
                  List.of(
                      Long.toString(client.id()),
                      client.user(),
                      client.database(),
                      client.state().name().toLowerCase(java.util.Locale.ROOT),
                      client.address() + ":" + client.port(),
                      Output.time(client.connectedAtEpochMs()),
                      Long.toString(client.waitMs()),
                      client.applicationName().isEmpty() ? "-" : client.applicationName()))
              .toList());
      return ExitCode.DONE;
    }
  }

  /// `kill`.
  @Command(name = "kill", description = "Ends a client's connection.")
  static final class Kill extends RemoteCommand {
    @Parameters(paramLabel = "ID", description = "As session list shows it.")
    long id;

    @Override
    int run(JmxConnection service, Output output) {
      service.pool().killClient(id);
      return output.said(java.util.Map.of("id", id), "client " + id + " is ended");
    }
  }
}
