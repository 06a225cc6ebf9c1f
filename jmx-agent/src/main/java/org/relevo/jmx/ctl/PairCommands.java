package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.PairStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Verbs of two machines without a third.
final class PairCommands {
  private PairCommands() {}

  /// `pair`.
  @Command(name = "pair", description = "Two machines without a third: who hears whom.")
  static final class Show extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      PairStatus status = service.pair().getStatus();
      if (output.json()) {
        output.json(status);
        return ExitCode.DONE;
      }
      output.fields(fields(status));
      output.table(
          List.of("PATH", "HEARD_MS", "RECEIVED", "REFUSED", "TROUBLE"),
          status.paths().stream()
              .map(path ->
                  List.of(
                      path.name(),
                      Output.number(path.heardMs()),
                      Long.toString(path.received()),
                      Long.toString(path.refused()),
                      path.trouble().isEmpty() ? "-" : path.trouble()))
              .toList());
      if (!status.pingNodes().isEmpty()) {
        output.table(
            List.of("PING_NODE", "ANSWERS"),
            status.pingNodes().stream()
                .map(node -> List.of(node.name(), node.answers() ? "yes" : "no"))
                .toList());
      }
      return ExitCode.DONE;
    }

    private static List<List<String>> fields(PairStatus status) {
      List<List<String>> fields = new ArrayList<>();
      fields.add(List.of("member", status.member()));
      fields.add(
          List.of("mode", "%s, generation %d".formatted(status.mode(), status.generation())));
      fields.add(
          List.of(
              "other",
              status.heardMs() < 0
                  ? status.other() + ", never heard"
                  : "%s, %s, heard %d ms ago"
                      .formatted(
                          status.other(),
                          status.otherClaim().isEmpty() ? "unknown" : status.otherClaim(),
                          status.heardMs())));
      fields.add(List.of("fencing", status.fences() ? "by its agent" : "by a person"));
      fields.add(List.of("network", status.seesNet() ? "seen" : "not seen"));
      if (status.vetoed()) {
        fields.add(List.of("veto", "the other machine is to have the addresses"));
      }
      if (!status.trouble().isEmpty()) {
        fields.add(List.of("trouble", status.trouble()));
      }
      return fields;
    }
  }

  /// `confirm-dead MEMBER`.
  @Command(
      name = "confirm-dead",
      description = "Says that the other machine of a pair is off, so that this one goes on alone.")
  static final class ConfirmDead extends RemoteCommand {
    private final Terminal terminal;

    @Parameters(paramLabel = "MEMBER", description = "The machine that is off.")
    String member = "";

    @Option(
        names = "--old-data",
        description = "Go on although the other machine may have newer data, which are given up.")
    boolean oldData;

    @Option(names = "--force", description = "Although it answers somewhere.")
    boolean force;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    ConfirmDead(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    int run(JmxConnection service, Output output) {
      if (!yes) {
        Questions.confirm(
            terminal,
            "Is %s switched off, and will it stay off until somebody looks after it?%s Type yes:"
                .formatted(member, oldData ? " Newer data on it are given up." : ""),
            "give --yes to confirm it");
      }
      service.pair().confirmDead(member, oldData, force);
      return output.said(
          Map.of("member", member), "taken as dead: " + member + "; this machine goes on alone");
    }
  }
}
