package org.relevo.proxy.control;

import java.util.Optional;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;

/// What a member's logic is told once.
///
/// @param run differs between any two processes of this member
/// @param founding what it proposes when the cluster is not founded yet
/// @param fences whether this member has a fence agent
public record ControlSettings(
    MemberId self, long run, Timing timing, Optional<Command.Found> founding, boolean fences) {}
