/// What statements cost, by their shape, and which node did how much of them.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [StatementsView].
@NullMarked
package org.relevo.app.view.statements;

import org.jspecify.annotations.NullMarked;
