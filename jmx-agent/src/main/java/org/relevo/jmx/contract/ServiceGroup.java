package org.relevo.jmx.contract;

import java.util.List;

/// Resources that one member at a time has.
///
/// @param holder member that has it, "" for nobody
/// @param next member that it is going to, "" for none
/// @param number of the grant; grows with each change
/// @param could members that offer to have it
/// @param state of it at the member that is asked: `stopped`, `starting`, `started`, `stopping`,
///   `failed`, or `none` when it has no part in it
/// @param reason what keeps it from having it, "" when nothing
/// @param resources in the order in which they are started; of the member that is asked
public record ServiceGroup(
    String name,
    String holder,
    String next,
    long number,
    List<String> could,
    String state,
    String reason,
    List<ServiceResource> resources) {
  public ServiceGroup {
    could = List.copyOf(could);
    resources = List.copyOf(resources);
  }
}
