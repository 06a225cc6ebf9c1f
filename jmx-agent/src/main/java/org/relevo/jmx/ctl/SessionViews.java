package org.relevo.jmx.ctl;

import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.BlockedSession;
import org.relevo.jmx.contract.PostgresProcess;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.ProgressInfo;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.contract.SessionOrder;
import org.relevo.jmx.contract.SessionsMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `top`, `locks`, `progress`, `ps`: what pg_top, ps and iotop show.
final class SessionViews {
  private static final int QUERY_WIDTH = 60;

  private SessionViews() {}

  @Command(name = "top", description = "Sessions of a server with their processes, as pg_top.")
  static final class Top extends MonitorCommand {
    @Option(
        names = {"-o", "--order"},
        paramLabel = "WHAT",
        defaultValue = "cpu",
        description = "cpu, io, query, transaction or memory (${DEFAULT-VALUE}).")
    String order = "cpu";

    @Option(names = "--idle", description = "Idle ones too.")
    boolean idle;

    @Override
    void checkArguments() {
      super.checkArguments();
      constant(SessionOrder.class, order);
    }

    @Override
    void show(JmxConnection service, Output output) {
      SessionsMXBean sessions = service.sessions(node);
      List<SessionInfo> all = sessions.sessions(constant(SessionOrder.class, order), idle, rows);
      if (output.json()) {
        output.json(all);
        return;
      }
      output.table(
          List.of(
              "PID",
              "TYPE",
              "DATABASE",
              "USER",
              "STATE",
              "WAIT",
              "CPU%",
              "RSS",
              "READ/S",
              "WRITE/S",
              "XACT",
              "QUERY_T",
              "BLOCKED_BY",
              "QUERY"),
          all.stream().map(Top::row).toList());
      sessions.getMissing().forEach(each -> output.line("missing: " + each));
    }

    private static List<String> row(SessionInfo each) {
      return List.of(
          Integer.toString(each.pid()),
          Figures.text(each.type(), 20),
          Figures.text(each.database(), 20),
          Figures.text(each.user(), 20),
          Figures.text(each.state(), 30),
          Figures.text(each.waitEvent(), 30),
          Figures.percent(each.cpuLoad()),
          Figures.bytes(each.rssBytes()),
          Figures.bytes(each.readBytesPerSecond()),
          Figures.bytes(each.writtenBytesPerSecond()),
          Figures.duration(each.transactionMs()),
          Figures.duration(each.queryMs()),
          each.blockedBy().isEmpty()
              ? "-"
              : String.join(",", each.blockedBy().stream().map(String::valueOf).toList()),
          Figures.text(each.query(), QUERY_WIDTH));
    }
  }

  @Command(name = "locks", description = "Who waits for a lock, and who holds it, as a tree.")
  static final class Locks extends MonitorCommand {
    @Override
    void show(JmxConnection service, Output output) {
      List<BlockedSession> tree = service.sessions(node).blocking();
      if (output.json()) {
        output.json(tree);
        return;
      }
      if (tree.isEmpty()) {
        output.line("nobody waits for a lock");
        return;
      }
      output.table(
          List.of("SESSION", "DATABASE", "USER", "STATE", "LOCK", "ON", "WAITS", "XACT", "QUERY"),
          tree.stream()
              .limit(rows)
              .map(each ->
                  List.of(
                      "  ".repeat(each.depth()) + (each.depth() > 0 ? "└ " : "") + each.pid(),
                      Figures.text(each.database(), 20),
                      Figures.text(each.user(), 20),
                      Figures.text(each.state(), 30),
                      Figures.text(each.lockType() + " " + each.lockMode(), 40),
                      Figures.text(each.lockedRelation(), 40),
                      Figures.duration(each.waitMs()),
                      Figures.duration(each.transactionMs()),
                      Figures.text(each.query(), QUERY_WIDTH)))
              .toList());
    }
  }

  @Command(name = "progress", description = "Maintenance in progress, such as VACUUM.")
  static final class Progress extends MonitorCommand {
    @Override
    void show(JmxConnection service, Output output) {
      List<ProgressInfo> all = service.sessions(node).progress();
      if (output.json()) {
        output.json(all);
        return;
      }
      output.table(
          List.of("PID", "COMMAND", "DATABASE", "RELATION", "PHASE", "DONE", "TOTAL", "%"),
          all.stream()
              .limit(rows)
              .map(each ->
                  List.of(
                      Integer.toString(each.pid()),
                      each.command(),
                      Figures.text(each.database(), 20),
                      Figures.text(each.relation(), 40),
                      Figures.text(each.phase(), 40),
                      Output.number(each.done()),
                      Output.number(each.total()),
                      each.total() <= 0
                          ? "-"
                          : Figures.percent((double) each.done() / each.total())))
              .toList());
    }
  }

  @Command(
      name = "ps",
      description = "PostgreSQL's processes on the service's machine, as ps and iotop.")
  static final class Processes extends MonitorCommand {
    @Option(
        names = {"-o", "--order"},
        paramLabel = "WHAT",
        defaultValue = "cpu",
        description = "cpu, io or memory (${DEFAULT-VALUE}).")
    String order = "cpu";

    @Override
    void checkArguments() {
      super.checkArguments();
      SessionOrder wanted = constant(SessionOrder.class, order);
      if (wanted == SessionOrder.QUERY || wanted == SessionOrder.TRANSACTION) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "--order must be cpu, io or memory");
      }
    }

    @Override
    void show(JmxConnection service, Output output) {
      ProcessesMXBean processes = service.processes();
      List<PostgresProcess> all = processes.processes(constant(SessionOrder.class, order), rows);
      if (output.json()) {
        output.json(all);
        return;
      }
      output.table(
          List.of(
              "PID",
              "SERVER",
              "ROLE",
              "DATABASE",
              "USER",
              "S",
              "CPU%",
              "RSS",
              "PSS",
              "READ/S",
              "WRITE/S",
              "READ",
              "WRITTEN",
              "WAIT",
              "ACTIVITY"),
          all.stream().map(Processes::row).toList());
      processes.getMissing().forEach(each -> output.line("missing: " + each));
    }

    private static List<String> row(PostgresProcess each) {
      return List.of(
          Integer.toString(each.pid()),
          Integer.toString(each.cluster()),
          each.role(),
          Figures.text(each.database(), 20),
          Figures.text(each.user(), 20),
          each.processState(),
          Figures.percent(each.cpuLoad()),
          Figures.bytes(each.rssBytes()),
          Figures.bytes(each.pssBytes()),
          Figures.bytes(each.readBytesPerSecond()),
          Figures.bytes(each.writtenBytesPerSecond()),
          Figures.bytes(each.readBytesTotal()),
          Figures.bytes(each.writtenBytesTotal()),
          Figures.text(each.waitEvent(), 30),
          Figures.text(each.activity(), 40));
    }
  }
}
