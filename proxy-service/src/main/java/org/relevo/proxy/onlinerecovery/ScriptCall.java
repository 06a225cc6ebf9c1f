package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.core.UnixAddress;
import org.relevo.proxy.health.NodeSettings;

/// Runs the operator's scripts in the main node's data directory, as its owner: directly where that
/// is on this machine, else by the functions of pgpool-II's extension `pgpool_recovery`.
///
/// Owner: the recovery's thread.
final class ScriptCall {
  private static final Duration SQL_LIMIT = Duration.ofDays(1);
  private static final Duration LIMIT = Duration.ofDays(1);
  private static final int MOST_ARGUMENTS = 7;

  private final RecoveryContext context;
  private final NodeSettings main;
  private final NodeSettings target;

  ScriptCall(RecoveryContext context, NodeSettings main, NodeSettings target) {
    this.context = context;
    this.main = main;
    this.target = target;
  }

  /// The main node's data directory when it is on this machine.
  private boolean local() {
    return main.dataDirectory().isPresent()
        && Recoveries.here(main.host())
        && Files.exists(main.dataDirectory().get().resolve("PG_VERSION"));
  }

  String describe(String script) {
    return local()
        ? main.dataDirectory().orElseThrow().resolve(script).toString()
        : "pgpool_recovery('" + script + "', …) on " + main.id();
  }

  /// Whether it is there to be run, as far as that can be seen from here.
  void check(String script) throws RecoveryFailure {
    if (!plainName(script)) {
      throw new RecoveryFailure(
          "'%s' is no name of a script; it lies in the main node's data directory, so name it alone"
              .formatted(script));
    }
    if (local() && !Files.isExecutable(main.dataDirectory().orElseThrow().resolve(script))) {
      throw new RecoveryFailure(
          "there is no script %s, or it may not be run; scripts/recovery has one"
              .formatted(main.dataDirectory().orElseThrow().resolve(script)));
    }
  }

  private static boolean plainName(String script) {
    return script.matches("[A-Za-z0-9_][A-Za-z0-9._-]*");
  }

  /// A stage: with 3 to 7 arguments as configured.
  String stage(String script)
      throws IOException, SQLException, RecoveryFailure, InterruptedException {
    List<String> all =
        List.of(
            data(main),
            host(target),
            data(target),
            String.valueOf(main.port()),
            String.valueOf(target.id().value()),
            String.valueOf(target.port()),
            host(main));
    int count = Math.min(MOST_ARGUMENTS, context.rules().get().scripts().arguments());
    return local()
        ? run(script, all.subList(0, count))
        : call("pgpool_recovery", List.of(script), all.subList(1, count));
  }

  /// The last script has a fixed name and two arguments.
  String remoteStart() throws IOException, SQLException, RecoveryFailure, InterruptedException {
    List<String> arguments = List.of(host(target), data(target));
    return local()
        ? run(ScriptsWay.REMOTE_START, arguments)
        : call("pgpool_remote_start", List.of(), arguments);
  }

  private static String host(NodeSettings node) {
    return UnixAddress.is(node.host()) ? "localhost" : node.host();
  }

  private static String data(NodeSettings node) throws RecoveryFailure {
    Path data =
        node.dataDirectory()
            .orElseThrow(() ->
                new RecoveryFailure(
                    "backend_data_directory%d is not set".formatted(node.id().value())));
    return data.toString();
  }

  private String run(String script, List<String> arguments)
      throws IOException, RecoveryFailure, InterruptedException {
    Path folder = main.dataDirectory().orElseThrow();
    ServerAccount account = ServerAccount.ownerOf(folder);
    Path passwords =
        Files.createTempFile(
            "relevo-recovery-",
            ".pgpass",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(passwords, passwordLine());
      account.own(passwords);
      List<String> command = new ArrayList<>();
      command.add(folder.resolve(script).toString());
      command.addAll(arguments);
      Commands.Result result =
          Commands.run(account.command(command), environment(passwords), "", LIMIT);
      context
          .journal()
          .record(
              result.exit() == 0 ? LogLevel.INFO : LogLevel.WARN,
              "recovery.script",
              "name=%s exit=%d output=\"%s\"".formatted(script, result.exit(), result.output()));
      if (result.exit() != 0) {
        throw new RecoveryFailure(
            "%s failed with exit code %d: %s".formatted(script, result.exit(), result.output()));
      }
      return result.output();
    } finally {
      Files.deleteIfExists(passwords);
    }
  }

  /// What psql and the like need to reach the main node without asking.
  private Map<String, String> environment(Path passwords) {
    RecoveryContext.Scripts scripts = context.rules().get().scripts();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PGHOST", main.host());
    environment.put("PGPORT", String.valueOf(main.port()));
    environment.put("PGUSER", scripts.user());
    environment.put("PGDATABASE", scripts.database());
    environment.put("PGPASSFILE", passwords.toString());
    environment.put("RELEVO_REPLICATION_USER", context.login().user());
    context
        .binaries()
        .ifPresent(programs -> environment.put("RELEVO_PG_BINDIR", programs.bin().toString()));
    context
        .rules()
        .get()
        .archiveDirectory()
        .ifPresent(folder -> environment.put("RELEVO_WAL_ARCHIVE", folder.toString()));
    return environment;
  }

  private String passwordLine() {
    RecoveryContext.Scripts scripts = context.rules().get().scripts();
    return "*:*:*:%s:%s\n*:*:*:%s:%s\n"
        .formatted(
            escaped(scripts.user()),
            escaped(scripts.password().get()),
            escaped(context.login().user()),
            escaped(context.login().password().get()));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  private String call(String function, List<String> first, List<String> more)
      throws SQLException, RecoveryFailure {
    List<String> arguments = new ArrayList<>(first);
    arguments.addAll(more);
    RecoveryContext.Scripts scripts = context.rules().get().scripts();
    NodeSettings login =
        new NodeSettings(
            main.id(),
            main.name(),
            main.host(),
            main.port(),
            main.dataDirectory(),
            main.serverLog(),
            scripts.database(),
            scripts.user(),
            scripts.password(),
            main.detached(),
            main.encryption());
    String marks = String.join(", ", java.util.Collections.nCopies(arguments.size(), "?"));
    try (Connection connection = RecoverySource.connect(login, SQL_LIMIT);
        PreparedStatement statement =
            connection.prepareStatement("SELECT " + function + "(" + marks + ")")) {
      for (int at = 0; at < arguments.size(); at++) {
        statement.setString(at + 1, arguments.get(at));
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? function + " said " + row.getString(1) : "";
      }
    }
  }
}
