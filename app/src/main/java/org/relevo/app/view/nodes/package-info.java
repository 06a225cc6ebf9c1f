/// The screen with all PostgreSQL servers of the cluster.
///
/// Threads: FX thread. May import frame, model, text and the contract. Start reading at
/// [NodesView].
@NullMarked
package org.relevo.app.view.nodes;

import org.jspecify.annotations.NullMarked;
