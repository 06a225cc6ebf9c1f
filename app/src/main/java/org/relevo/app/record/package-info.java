/// What a window saw, kept in a file and shown again later, clearly as something of the past.
///
/// Threads: FX thread; files are written and read in tasks. May import model, task and the
/// contract. Start reading at [Recorder] and [Replay].
@NullMarked
package org.relevo.app.record;

import org.jspecify.annotations.NullMarked;
