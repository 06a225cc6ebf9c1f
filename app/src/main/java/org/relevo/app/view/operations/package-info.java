/// The home of everything that changes the cluster: what runs, what ran, and one wizard for each
/// kind of act. The service owns an operation; the window only watches it, and finds it again after
/// a restart.
///
/// Threads: FX thread; [Acts] blocks and runs inside tasks. May import frame, model, remote (port),
/// task, text, the contract, view.part and the shared pieces of view.switchover. Start reading at
/// [WizardViewModel].
@NullMarked
package org.relevo.app.view.operations;

import org.jspecify.annotations.NullMarked;
