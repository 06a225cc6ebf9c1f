/// The live dashboard: tiles and charts of traffic, I/O, the machine and the load generator.
///
/// Threads: FX thread. May import model, text, chart, task, frame and the contract's records. Start
/// reading at [DashboardViewModel]. Limits: lines for the first [DashboardLines#MAX_NODES] nodes.
@NullMarked
package org.relevo.app.view.dashboard;

import org.jspecify.annotations.NullMarked;
