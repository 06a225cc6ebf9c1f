/// Logs of the service and of every server in one stream, merged by time.
///
/// Threads: FX thread; the service is asked inside tasks. May import model, text, task, remote
/// (port), frame and the contract's records. Start reading at [LogsViewModel]. Limits: the stream
/// keeps [LogStream#CAPACITY] entries, one round reads at most [LogReader#MAX_LINES] lines of a
/// source.
@NullMarked
package org.relevo.app.view.logs;

import org.jspecify.annotations.NullMarked;
