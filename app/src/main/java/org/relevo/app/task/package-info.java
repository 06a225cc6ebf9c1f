/// The only bridge between virtual threads and the FX thread.
///
/// Threads: callbacks arrive on the FX thread. May import the JDK. Start reading at [Tasks].
@NullMarked
package org.relevo.app.task;

import org.jspecify.annotations.NullMarked;
