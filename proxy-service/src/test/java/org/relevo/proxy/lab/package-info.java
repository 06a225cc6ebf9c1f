/// A laboratory of whole clusters: real servers, one service process per node and a witness, each
/// in a network namespace of its own, so that processes are killed and frozen and networks cut for
/// real.
///
/// [ClusterLab] is the cluster, [LabNetwork] its wires, [LabMember] one machine of it;
/// [WritingClients] measures what clients feel, [CheckerClient] whether they were told the truth.
/// Needs root and the command `ip`; without them its tests are skipped. `scripts/lab` runs
/// [LabMain].
///
/// Owner: each lab owns its namespaces, processes and folder, and removes the first two at the end.
@NullMarked
package org.relevo.proxy.lab;

import org.jspecify.annotations.NullMarked;
