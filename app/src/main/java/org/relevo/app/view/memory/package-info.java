/// Shared buffers against the page cache of the machine, by relation.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [MemoryView].
@NullMarked
package org.relevo.app.view.memory;

import org.jspecify.annotations.NullMarked;
