package org.relevo.jmx.ctl;

import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.AdvisorMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `advisor`: what a person should look at.
@Command(name = "advisor", description = "Advice on the servers, with its reason and what to do.")
final class AdvisorCommand extends RemoteCommand {
  @Option(names = "--rules", description = "Names of the rules.")
  boolean rules;

  @Option(
      names = {"-r", "--rule"},
      paramLabel = "NAME",
      description = "Only this rule.")
  String rule = "";

  @Override
  int run(JmxConnection service, Output output) {
    AdvisorMXBean advisor = service.advisor();
    if (rules) {
      if (output.json()) {
        output.json(advisor.getRules());
      } else {
        advisor.getRules().forEach(output::line);
      }
      return ExitCode.DONE;
    }
    List<Advice> all =
        advisor.advice(true).stream()
            .filter(each -> rule.isEmpty() || each.rule().equals(rule))
            .toList();
    if (output.json()) {
      output.json(all);
      return ExitCode.DONE;
    }
    for (Advice each : all) {
      String where = each.database().isEmpty() ? "" : " in " + each.database();
      output.line(
          "%s %s: node %d%s, %s"
              .formatted(each.severity(), each.rule(), each.nodeId(), where, each.subject()));
      output.line("  why:  " + each.reason());
      output.line("  seen: " + each.evidence());
      output.line("  do:   " + each.fix());
    }
    if (all.isEmpty()) {
      output.line("nothing to say");
    }
    advisor.getMissing().forEach(each -> output.line("missing: " + each));
    return ExitCode.DONE;
  }
}
