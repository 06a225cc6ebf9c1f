/// The control command: management operations from a terminal, over the same connector as the
/// desktop.
///
/// Owner/threads: the main thread. May import jmx.client, jmx.contract, picocli and Jackson;
/// imported by nothing. Start reading at [org.relevo.jmx.ctl.CtlMain]. Limits: every wait has a
/// deadline; the exit codes are those of PCP's commands ([org.relevo.jmx.ctl.ExitCode]).
@NullMarked
package org.relevo.jmx.ctl;

import org.jspecify.annotations.NullMarked;
