package org.relevo.proxy.failover;

import java.util.Optional;
import org.relevo.proxy.core.BackendId;

/// What the members of the cluster have agreed on.
///
/// @param primary the only node that may be given writes; empty for none
/// @param reason why there is none, "" when there is one
public record Mandate(Optional<BackendId> primary, String reason) {}
