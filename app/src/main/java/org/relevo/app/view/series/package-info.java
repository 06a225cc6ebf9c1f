/// Figures of a server over any time that the service remembers, and its processes.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [SeriesView].
@NullMarked
package org.relevo.app.view.series;

import org.jspecify.annotations.NullMarked;
