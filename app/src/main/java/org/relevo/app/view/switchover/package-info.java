/// The switchover as an operation screen: target, checks, dry run, confirmation, run, report. The
/// service owns the operation; this screen only watches it and finds it again after a restart.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text and the contract. Start reading at [SwitchoverViewModel].
@NullMarked
package org.relevo.app.view.switchover;

import org.jspecify.annotations.NullMarked;
