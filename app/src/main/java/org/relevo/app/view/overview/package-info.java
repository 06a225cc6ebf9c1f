/// The cluster in one picture: topology with live flow, protection, alarms, last events.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [OverviewView].
@NullMarked
package org.relevo.app.view.overview;

import org.jspecify.annotations.NullMarked;
