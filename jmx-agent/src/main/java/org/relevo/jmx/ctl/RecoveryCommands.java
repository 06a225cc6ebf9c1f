package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.WalArchiving;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Verbs that bring nodes back, take them out and in, and archive the log.
final class RecoveryCommands {
  private static final long MB = 1 << 20;

  private RecoveryCommands() {}

  /// `node recover [ID]`.
  @Command(
      name = "recover",
      description = "Brings a node back while clients work; one that was broken off goes on.")
  static final class Recover extends RemoteCommand {
    private static final long LOOK_EVERY_MS = 250;
    private static final long SHOW_EVERY_MS = 2000;
    private final Terminal terminal;

    @Parameters(
        arity = "0..1",
        paramLabel = "ID",
        defaultValue = "-1",
        description = "Number of the node; not needed with --status and --cancel.")
    int id;

    @Option(
        names = "--way",
        paramLabel = "WAY",
        defaultValue = "auto",
        description = "auto, standby (rewind or copy) or scripts (${DEFAULT-VALUE}).")
    String way = "auto";

    @Option(names = "--reason", paramLabel = "R", defaultValue = "", description = "For the log.")
    String reason = "";

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Option(names = "--no-wait", description = "Only start it.")
    boolean noWait;

    @Option(names = "--wait", description = "Follow it to its end; that is so without it too.")
    boolean wait;

    @Option(
        names = "--timeout",
        paramLabel = "S",
        defaultValue = "86400",
        description = "Seconds to wait at most (${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Option(names = "--dry-run", description = "Only say what it would do.")
    boolean dryRun;

    @Option(names = "--cancel", description = "Break the running recovery off.")
    boolean cancel;

    @Option(names = "--status", description = "Show the running recovery, or the last one.")
    boolean status;

    Recover(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    void checkArguments() {
      if (id < 0 && !cancel && !status) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "which node? give its number");
      }
      if (timeoutSeconds < 1) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "--timeout must be at least 1");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      if (status || cancel) {
        return last(service, output);
      }
      if (dryRun) {
        List<String> steps = service.recovery().plan(id, way);
        if (output.json()) {
          output.json(steps);
        } else {
          steps.forEach(output::line);
        }
        return ExitCode.DONE;
      }
      if (!yes) {
        Questions.confirm(
            terminal,
            "Recover node %d (what it has is replaced; it is kept aside)? Type yes:".formatted(id),
            "give --yes to recover");
      }
      String recovery = service.recovery().recover(id, way, reason);
      if (noWait) {
        return output.said(
            Map.of("id", recovery),
            "recovery " + recovery + " started; relevo ctl node recover --status shows it");
      }
      return follow(service, output, recovery);
    }

    private int last(JmxConnection service, Output output) {
      List<RecoveryStatus> all = service.recovery().getRecoveries();
      if (all.isEmpty()) {
        throw new CtlException(ExitCode.SERVER_SIDE, "there was no recovery");
      }
      RecoveryStatus newest = all.getFirst();
      if (cancel) {
        service.recovery().cancel(newest.id());
        return follow(service, output, newest.id());
      }
      if (output.json()) {
        output.json(newest);
      } else {
        newest.steps().forEach(step -> output.line(line(newest, step)));
        output.line(summary(newest));
      }
      return ExitCode.DONE;
    }

    private int follow(JmxConnection service, Output output, String recovery) {
      long deadlineNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
      long shownNs = 0;
      Map<Integer, StepState> shown = new HashMap<>();
      while (true) {
        RecoveryStatus now = service.recovery().recovery(recovery);
        if (!output.json()) {
          for (OperationStep step : now.steps()) {
            StepState before = shown.put(step.number(), step.state());
            if (step.state() != before && step.state() != StepState.PENDING) {
              output.line(line(now, step));
            }
          }
          if (now.bytes() > 0
              && now.phase().equals("copy")
              && System.nanoTime() - shownNs > SHOW_EVERY_MS * 1_000_000) {
            shownNs = System.nanoTime();
            output.line("  " + copied(now));
          }
        }
        if (now.state() != RecoveryState.RUNNING) {
          return report(now, output);
        }
        if (System.nanoTime() > deadlineNs) {
          throw new CtlException(
              ExitCode.TIMEOUT,
              "recovery %s still runs after %d s; it goes on, relevo ctl node recover --status"
                      .formatted(recovery, timeoutSeconds)
                  + " shows it");
        }
        pause(LOOK_EVERY_MS);
      }
    }

    private static String line(RecoveryStatus status, OperationStep step) {
      String took =
          step.finishedAtEpochMs() > 0 && step.startedAtEpochMs() > 0
              ? " in " + (step.finishedAtEpochMs() - step.startedAtEpochMs()) + " ms"
              : "";
      return "step %d/%d  %s  %s%s%s"
          .formatted(
              step.number(),
              status.steps().size(),
              step.name(),
              NodeCommand.lower(step.state()),
              took,
              step.detail().isEmpty() ? "" : "  " + step.detail());
    }

    private static String copied(RecoveryStatus status) {
      return "%d of %s MB%s%s"
          .formatted(
              status.bytes() / MB,
              status.totalBytes() < 0 ? "?" : String.valueOf(status.totalBytes() / MB),
              status.bytesPerSecond() < 0 ? "" : ", " + status.bytesPerSecond() / MB + " MB/s",
              status.remainingSeconds() < 0 ? "" : ", " + status.remainingSeconds() + " s left");
    }

    private static String summary(RecoveryStatus status) {
      return "recovery %s of node %d from node %d (%s): %s%s%s"
          .formatted(
              status.id(),
              status.nodeId(),
              status.sourceNodeId(),
              status.way(),
              NodeCommand.lower(status.state()),
              status.state() == RecoveryState.RUNNING
                  ? " at '"
                      + status.phase()
                      + "'"
                      + (status.bytes() < 0 ? "" : ", " + copied(status))
                  : ", " + status.outcome(),
              status.pauseMs() < 0 ? "" : ", clients waited " + status.pauseMs() + " ms");
    }

    private static int report(RecoveryStatus status, Output output) {
      if (output.json()) {
        output.json(status);
      } else if (status.state() == RecoveryState.SUCCEEDED) {
        output.line(summary(status));
      }
      if (status.state() != RecoveryState.SUCCEEDED) {
        throw new CtlException(ExitCode.SERVER_SIDE, summary(status));
      }
      return ExitCode.DONE;
    }
  }

  /// `wal-archiving`.
  @Command(
      name = "wal-archiving",
      description = "Copies of the main node's write-ahead log, for recovery by scripts.",
      subcommands = {Archiving.Start.class, Archiving.Stop.class, Archiving.Status.class})
  static final class Archiving extends VerbGroup {
    /// `wal-archiving start`.
    @Command(name = "start", description = "From now on segments are copied to the directory.")
    static final class Start extends RemoteCommand {
      @Override
      int run(JmxConnection service, Output output) {
        return show(service.recovery().setWalArchiving(true), output);
      }
    }

    /// `wal-archiving stop`.
    @Command(name = "stop", description = "No segment is copied any more, copies are deleted.")
    static final class Stop extends RemoteCommand {
      @Override
      int run(JmxConnection service, Output output) {
        return show(service.recovery().setWalArchiving(false), output);
      }
    }

    /// `wal-archiving status`.
    @Command(name = "status", description = "Whether and where to segments are copied.")
    static final class Status extends RemoteCommand {
      @Override
      int run(JmxConnection service, Output output) {
        return show(service.recovery().walArchiving(), output);
      }
    }

    private static int show(WalArchiving archiving, Output output) {
      if (output.json()) {
        output.json(archiving);
        return ExitCode.DONE;
      }
      List<List<String>> fields = new ArrayList<>();
      fields.add(
          List.of("archiving", (archiving.on() ? "on" : "off") + ", node " + archiving.nodeId()));
      fields.add(List.of("archive_mode", archiving.mode()));
      fields.add(List.of("archive_command", archiving.command()));
      fields.add(
          List.of(
              "directory", archiving.directory().isEmpty() ? "not set" : archiving.directory()));
      if (archiving.segments() >= 0) {
        fields.add(
            List.of(
                "holds",
                "%d segments, %d MB; %d MB free"
                    .formatted(
                        archiving.segments(), archiving.bytes() / MB, archiving.freeBytes() / MB)));
      }
      fields.add(
          List.of("last", archiving.lastArchived().isEmpty() ? "none" : archiving.lastArchived()));
      fields.add(
          List.of(
              "failures",
              archiving.failures()
                  + (archiving.lastFailed().isEmpty()
                      ? ""
                      : ", the last with " + archiving.lastFailed())));
      output.fields(fields);
      return ExitCode.DONE;
    }
  }
}
