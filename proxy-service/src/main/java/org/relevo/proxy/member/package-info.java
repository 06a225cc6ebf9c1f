/// One member of the cluster at work: feeds the control's logic with what happens here, and does
/// what it asks for.
///
/// Owner: [ClusterMember] owns the logic on one thread; clients, agents and the log have their own.
/// May import `control`, `consensus`, `cluster`, `agent`, `core` and the contract; imported by the
/// wiring. Start reading at [ClusterMember].
@NullMarked
package org.relevo.proxy.member;

import org.jspecify.annotations.NullMarked;
