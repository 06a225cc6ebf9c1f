package org.relevo.proxy.agent;

import java.io.IOException;
import java.util.Locale;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;

/// Cuts the machine of a server off by a fence agent with the contract of Linux-HA: options in the
/// arguments, `key=value` lines on standard input; `off` must succeed, and then `status` must say
/// that it is off (exit code 2, or 0 and at the end `Status: OFF`, or just `off`). Nothing else
/// counts as fenced.
final class Fence {
  private static final int STATUS_OFF = 2;

  private final AgentSettings settings;
  private final Journal journal;

  Fence(AgentSettings settings, Journal journal) {
    this.settings = settings;
    this.journal = journal;
  }

  void off(BackendId victim) throws ActionFailure, IOException, InterruptedException {
    String template = settings.fenceCommand().get();
    if (template.isBlank()) {
      throw new ActionFailure("there is no fence_command, so " + victim + " cannot be cut off");
    }
    NodeSettings node = settings.other(victim);
    String command =
        Placeholders.expand(template, Placeholders.of(HookNode.of(node), HookNode.NONE));
    Commands.Result off = call(command, "off", node);
    if (off.exit() != 0) {
      throw new ActionFailure("fencing " + victim + " failed: " + said(off));
    }
    Commands.Result status = call(command, "status", node);
    if (!isOff(status)) {
      throw new ActionFailure(
          "the fence agent switched " + victim + " off, but then it said: " + said(status));
    }
    journal.record(LogLevel.WARN, "agent.fenced", "node=%s by=%s".formatted(victim, settings.id()));
  }

  static boolean isOff(Commands.Result status) {
    return status.exit() == STATUS_OFF
        || (status.exit() == 0
            && status
                .output()
                .toLowerCase(Locale.ROOT)
                .matches("(.*\\s)?status\\s*[:=]\\s*off\\.?|off"));
  }

  private Commands.Result call(String command, String action, NodeSettings node)
      throws IOException, InterruptedException {
    return Commands.shell(
        "%s --action=%s --plug=%s".formatted(command, action, node.name()),
        "action=%s\nport=%s\nnodename=%s\nhost=%s\n"
            .formatted(action, node.name(), node.name(), node.host()),
        settings.limits().fence());
  }

  private static String said(Commands.Result result) {
    return (result.late() ? "no end within its limit" : "exit code " + result.exit())
        + (result.output().isEmpty() ? "" : ", " + result.output());
  }
}
