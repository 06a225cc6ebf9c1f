/// The screen that opens a connection: address, log-in, trust, tunnel, stored connections.
///
/// Threads: FX thread; connecting runs in tasks. May import frame, model, remote (port), settings
/// and text. Start reading at [ConnectView].
@NullMarked
package org.relevo.app.view.connect;

import org.jspecify.annotations.NullMarked;
