package org.relevo.proxy.cluster;

import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.Succession;

/// Who is the primary.
///
/// @param epoch of the cluster when it became so
/// @param timeline its own; for a promoted one a number that no other promotion was given
/// @param promotedAt newest position it had before the promotion; what others have beyond it on an
///   older timeline is lost
/// @param lastSeen newest position that its agent has told; how far it went since is unknown
/// @param lives which life of it takes writes, once its agent has told, and after which
public record Primary(
    BackendId node, long epoch, long timeline, Lsn promotedAt, Lsn lastSeen, Succession lives) {}
