package org.relevo.proxy.alerts;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.relevo.jmx.contract.AlertInfo;

/// A shell command with the alert in its environment, so that no text is ever taken for a part of
/// the command.
record CommandTarget(String command, Duration limit) implements AlertTarget {
  @Override
  public String name() {
    return "command";
  }

  @Override
  public void tell(AlertBook.Telling telling, Sender sender)
      throws IOException, InterruptedException {
    AlertInfo alert = telling.alert();
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.put("RELEVO_ALERT_CHANGE", telling.change().name());
    environment.put("RELEVO_ALERT_ID", Long.toString(alert.id()));
    environment.put("RELEVO_ALERT_RULE", alert.rule());
    environment.put("RELEVO_ALERT_SUBJECT", alert.subject());
    environment.put("RELEVO_ALERT_SEVERITY", alert.severity().name());
    environment.put("RELEVO_ALERT_TEXT", alert.text().replace('\0', ' '));
    environment.put("RELEVO_CLUSTER", sender.cluster());
    environment.put("RELEVO_PROXY", sender.proxy());
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new IOException("did not end within " + limit.toSeconds() + " s and was killed");
    }
    if (process.exitValue() != 0) {
      throw new IOException("ended with " + process.exitValue());
    }
  }
}
