/// What a person should know of: active alerts, who cares for them, what was.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [AlarmsView].
@NullMarked
package org.relevo.app.view.alarms;

import org.jspecify.annotations.NullMarked;
