/// The way to a service: the port the screens see and its JMX implementation.
///
/// Threads: every call blocks and runs inside org.relevo.app.task only. May import contract, model,
/// task, jmx.client, jsch. Start reading at [ServiceConnection].
@NullMarked
package org.relevo.app.remote;

import org.jspecify.annotations.NullMarked;
