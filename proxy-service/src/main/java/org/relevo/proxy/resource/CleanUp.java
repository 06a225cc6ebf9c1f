package org.relevo.proxy.resource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.relevo.proxy.netlink.RouteNetlink;
import org.relevo.proxy.resource.spec.GroupSpec;
import org.relevo.proxy.resource.spec.ResourceSpec;

/// Takes away at once what a service that ended without a goodbye has left on this machine: the
/// kernel would remove its addresses only at the end of the lease, and nobody its programs. Called
/// by what watches the service (`ExecStopPost` of its unit), never beside a service that runs.
public final class CleanUp {
  private CleanUp() {}

  /// Stops the resources of all groups, each in reverse order.
  ///
  /// @param told gets a line for each that was stopped
  /// @return what may still run, and why; empty when nothing does
  /// @throws IOException when the system has no such sockets
  public static List<String> run(
      List<GroupSpec> groups, GroupSpec.Times times, Consumer<String> told)
      throws IOException, InterruptedException {
    List<String> left = new ArrayList<>();
    try (RouteNetlink netlink = RouteNetlink.open()) {
      for (GroupSpec group : groups.reversed()) {
        for (ResourceSpec each : group.resources().reversed()) {
          try {
            if (stop(each, times, netlink)) {
              told.accept(each.name() + " was stopped");
            }
          } catch (IOException e) {
            left.add(each.name() + ": " + e.getMessage());
          }
        }
      }
    }
    return left;
  }

  private static boolean stop(ResourceSpec spec, GroupSpec.Times times, RouteNetlink netlink)
      throws IOException, InterruptedException {
    return switch (spec) {
      case ResourceSpec.Address address -> netlink.removeTemporary(address.address()) > 0;
      case ResourceSpec.Program program -> {
        ProgramResource resource = new ProgramResource(program, times.limit());
        boolean runs = resource.monitor().isEmpty();
        resource.stop();
        yield runs;
      }
    };
  }
}
