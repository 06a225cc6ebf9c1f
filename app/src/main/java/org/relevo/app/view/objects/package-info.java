/// Tables and indexes with their statistics, and advice.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [ObjectsView].
@NullMarked
package org.relevo.app.view.objects;

import org.jspecify.annotations.NullMarked;
