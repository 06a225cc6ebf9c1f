package org.relevo.proxy.config;

import java.util.List;
import org.relevo.proxy.resource.spec.GroupSpec;

/// The service address and what else one member at a time has.
///
/// @param groups empty for none
public record ResourceSettings(List<GroupSpec> groups, GroupSpec.Times times) {
  public ResourceSettings {
    groups = List.copyOf(groups);
  }
}
