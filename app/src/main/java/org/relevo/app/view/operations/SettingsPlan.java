package org.relevo.app.view.operations;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.ctl.HeartbeatFiles;

/// Settings for a person to put into the service's file: for a new node, or out of the files of
/// pgpool-II or Heartbeat on this machine. The service itself says what it would make of them.
/// Blocks.
///
/// Owner: any thread; holds nothing.
final class SettingsPlan {
  private static final int MOST_WORDS = 12;
  private static final int MOST_BYTES = 1 << 20;
  private static final String CHECK = "relevo ctl config check";

  private SettingsPlan() {}

  /// @param added whether they go to the end of the file, instead of replacing it
  private record Settings(int nodeId, String nodeName, String text, boolean added) {}

  static ActPlan make(ServiceConnection service, ActInput input) {
    List<PreflightCheck> checks = new ArrayList<>();
    List<NodeInfo> nodes = service.cluster().getNodes();
    Settings settings = settings(input, nodes, checks);
    ConfigOutcome outcome = service.config().checkText(settings.text(), settings.added());
    checks.add(check("settings", outcome.problems(), CheckResult.BLOCK, "accepted"));
    checks.add(check("ignored", outcome.warnings(), CheckResult.WARN, "-"));
    List<String> changed = outcome.changes().stream().map(ConfigChange::name).toList();
    boolean nothing = outcome.problems().isEmpty() && changed.isEmpty();
    checks.add(
        new PreflightCheck(
            "changes",
            nothing ? CheckResult.BLOCK : CheckResult.PASS,
            nothing ? "-" : words(changed),
            ">= 1",
            CHECK));
    List<String> later =
        outcome.changes().stream()
            .filter(ConfigChange::needsRestart)
            .map(ConfigChange::name)
            .toList();
    if (!later.isEmpty()) {
      checks.add(new PreflightCheck("restart", CheckResult.WARN, words(later), "-", "relevo stop"));
    }
    return new ActPlan(
        input,
        settings.nodeId(),
        settings.nodeName(),
        service.cluster().getStatus().clusterName(),
        checks,
        steps(service.config().getFile(), input, settings, !later.isEmpty()),
        -1,
        outcome.changes());
  }

  private static PreflightCheck check(
      String name, List<String> found, CheckResult bad, String limit) {
    return new PreflightCheck(
        name,
        found.isEmpty() ? CheckResult.PASS : bad,
        found.isEmpty() ? "ok" : words(found),
        limit,
        CHECK);
  }

  private static String words(List<String> all) {
    String shown = String.join(";  ", all.subList(0, Math.min(MOST_WORDS, all.size())));
    return all.size() > MOST_WORDS ? shown + " … (" + all.size() + ")" : shown;
  }

  private static Settings settings(
      ActInput input, List<NodeInfo> nodes, List<PreflightCheck> checks) {
    try {
      return switch (input.kind()) {
        case ADD_NODE -> newNode(input, nodes, checks);
        case IMPORT_PGPOOL -> new Settings(-1, "", content(input), false);
        case IMPORT_HEARTBEAT ->
            new Settings(
                -1,
                "",
                String.join(
                        "\n",
                        HeartbeatFiles.read(
                                Path.of(input.field("path")),
                                input.field("member"),
                                input.field("witness"))
                            .lines())
                    + "\n",
                true);
        default -> throw new IllegalStateException(input.kind() + " writes no settings");
      };
    } catch (IOException e) {
      // The message of a failure of files is the name of the file alone.
      String why = e instanceof FileSystemException ? e.toString() : e.getMessage();
      throw new UncheckedIOException(input.field("path") + ": " + why, e);
    }
  }

  private static String content(ActInput input) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(input.field("path")))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("more than 1 MB is no configuration");
      }
      // Letters of another character set stand in comments; the file itself is copied as it is.
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// As a shell takes it for one word.
  private static String quoted(String path) {
    return path.matches("[A-Za-z0-9_.,:/+@%-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  private static Settings newNode(
      ActInput input, List<NodeInfo> nodes, List<PreflightCheck> checks) {
    int id = nodes.stream().mapToInt(NodeInfo::id).max().orElse(-1) + 1;
    String host = input.field("host");
    int port = Integer.parseInt(input.field("port"));
    List<String> same =
        nodes.stream()
            .filter(node -> node.host().equals(host) && node.port() == port)
            .map(NodeInfo::name)
            .toList();
    checks.add(
        new PreflightCheck(
            "address",
            same.isEmpty() ? CheckResult.PASS : CheckResult.BLOCK,
            host + ":" + port + (same.isEmpty() ? "" : " = " + same.getFirst()),
            "no other node",
            "relevo ctl node list"));
    String text =
        """
        backend_hostname%1$d = '%2$s'
        backend_port%1$d = %3$d
        backend_data_directory%1$d = '%4$s'
        """
            .formatted(id, host, port, input.field("data"));
    return new Settings(id, "node" + id, text, true);
  }

  private static List<PlannedStep> steps(
      String file, ActInput input, Settings settings, boolean restart) {
    List<PlannedStep> steps = new ArrayList<>();
    String write =
        settings.added()
            // The file's last line may be without an end.
            ? "cat >> " + file + " <<'END'\n\n" + settings.text() + "END"
            : "cp -p %1$s %1$s.before\ncp %2$s %1$s".formatted(file, quoted(input.field("path")));
    String undo =
        settings.added() ? "delete these lines again" : "cp -p " + file + ".before " + file;
    steps.add(new PlannedStep(1, "write", -1, write, undo));
    steps.add(
        new PlannedStep(
            2,
            "take-over",
            -1,
            restart ? "relevo stop && relevo start" : "relevo ctl config reload",
            undo + "; " + (restart ? "relevo stop && relevo start" : "relevo ctl config reload")));
    if (settings.nodeId() >= 0) {
      String node = Integer.toString(settings.nodeId());
      steps.add(
          new PlannedStep(
              3,
              "recover",
              settings.nodeId(),
              "relevo ctl node recover " + node,
              "relevo ctl node detach " + node));
    }
    return steps;
  }
}
