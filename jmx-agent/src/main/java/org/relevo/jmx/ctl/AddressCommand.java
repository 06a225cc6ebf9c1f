package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ServiceGroup;
import org.relevo.jmx.contract.ServiceResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `address status`, `address move` and `address clear`.
@Command(
    name = "address",
    description = "The service address and other resources that one member at a time has.",
    subcommands = {
      AddressCommand.Status.class,
      AddressCommand.Move.class,
      AddressCommand.Clear.class
    })
final class AddressCommand extends VerbGroup {
  private static final String SERVICE = "service";

  @Command(name = "status", description = "Who has what.")
  static final class Status extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      List<ServiceGroup> groups = service.serviceAddress().getGroups();
      if (output.json()) {
        output.json(groups);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      List<List<String>> parts = new ArrayList<>();
      for (ServiceGroup group : groups) {
        rows.add(
            List.of(
                group.name(),
                group.holder().isEmpty() ? "nobody" : group.holder(),
                group.next().isEmpty() ? "-" : group.next(),
                Long.toString(group.number()),
                group.could().isEmpty() ? "nobody" : String.join(", ", group.could()),
                group.state(),
                group.reason().isEmpty() ? "-" : group.reason()));
        group.resources().forEach(each -> parts.add(row(group, each)));
      }
      output.table(
          List.of("GROUP", "HOLDER", "GOES_TO", "NUMBER", "COULD_HAVE_IT", "HERE", "REASON"), rows);
      output.table(
          List.of("GROUP", "RESOURCE", "RUNS_HERE", "RESTARTS", "CONFLICTS", "REASON"), parts);
      return ExitCode.DONE;
    }

    private static List<String> row(ServiceGroup group, ServiceResource resource) {
      return List.of(
          group.name(),
          resource.name(),
          resource.started() ? "yes" : "no",
          Integer.toString(resource.restarts()),
          Long.toString(resource.conflicts()),
          resource.reason().isEmpty() ? "-" : resource.reason());
    }
  }

  @Command(name = "move", description = "Asks who has it to let it go for another member.")
  static final class Move extends RemoteCommand {
    @Parameters(paramLabel = "MEMBER", description = "Who is to have it.")
    String member = "";

    @Option(
        names = "--group",
        paramLabel = "G",
        defaultValue = SERVICE,
        description = "Group of resources (${DEFAULT-VALUE}).")
    String group = SERVICE;

    @Option(
        names = "--reason",
        paramLabel = "R",
        defaultValue = "",
        description = "For the history.")
    String reason = "";

    @Override
    int run(JmxConnection service, Output output) {
      service.serviceAddress().move(group, member, reason);
      return output.said(Map.of("group", group, "member", member), group + " goes to " + member);
    }
  }

  @Command(
      name = "clear",
      description =
          "Forgets that a group has failed at this member, which offers to have it again.")
  static final class Clear extends RemoteCommand {
    @Option(
        names = "--group",
        paramLabel = "G",
        defaultValue = SERVICE,
        description = "Group of resources (${DEFAULT-VALUE}).")
    String group = SERVICE;

    @Override
    int run(JmxConnection service, Output output) {
      service.serviceAddress().clear(group);
      return output.said(Map.of("group", group), group + " is offered again");
    }
  }
}
