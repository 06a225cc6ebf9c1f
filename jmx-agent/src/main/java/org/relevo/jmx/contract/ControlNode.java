package org.relevo.jmx.contract;

/// A server as the members know it.
///
/// @param goal what it is to be: `primary`, `standby`, `detached` or `maintenance`
/// @param condition what its agent says it is, such as `primary`, `standby`, `rebuilding`
/// @param agent member that controls it, "" for nobody
/// @param priority 0: never promoted
/// @param received newest position that its agent has told, as `X/Y`
/// @param follows node whose WAL it is set up to receive, -1 for none
/// @param seen what members see of it from outside, such as `a up, b down`
/// @param reason one sentence, "" when there is nothing to say
public record ControlNode(
    int nodeId,
    String goal,
    String condition,
    String agent,
    int priority,
    long timeline,
    String received,
    int follows,
    String seen,
    String reason) {}
