/// Rows of every table on every node, compared at one position of the write-ahead log.
///
/// Threads: FX thread; the service is asked inside tasks. May import model, text, task, remote
/// (port), frame and the contract's records. Start reading at [ConsistencyViewModel].
@NullMarked
package org.relevo.app.view.consistency;

import org.jspecify.annotations.NullMarked;
