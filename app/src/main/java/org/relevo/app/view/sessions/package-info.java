/// Who works on the servers and who waits for whom, and the clients of this service.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [SessionsView].
@NullMarked
package org.relevo.app.view.sessions;

import org.jspecify.annotations.NullMarked;
