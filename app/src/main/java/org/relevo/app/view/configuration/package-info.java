/// Every setting with its source, and what a reload would do.
///
/// Threads: FX thread; calls of the service run in tasks. May import frame, model, remote (port),
/// task, text, chart, view.part and the contract. Start reading at [ConfigurationView].
@NullMarked
package org.relevo.app.view.configuration;

import org.jspecify.annotations.NullMarked;
