package org.relevo.proxy.resource.spec;

import java.time.Duration;
import java.util.List;

/// Resources that one member at a time has, started in this order and stopped in the reverse.
///
/// @param preferred member that gets it when nobody has it; "" for none
/// @param takesBack whether that one takes it back from another (`auto_failback`)
public record GroupSpec(
    String name, List<ResourceSpec> resources, String preferred, boolean takesBack) {
  public GroupSpec {
    resources = List.copyOf(resources);
  }

  /// How all groups are kept.
  ///
  /// @param probe how long neighbours have to say that they have an address
  /// @param announce between two announcements while an address is held
  /// @param monitor between two looks at a resource
  /// @param limit for one start or stop of a program
  /// @param restarts of a resource that fails, before the group goes elsewhere
  /// @param rest how long a group is not offered again where it has failed
  public record Times(
      Duration probe,
      Duration announce,
      Duration monitor,
      Duration limit,
      int restarts,
      Duration rest) {}
}
