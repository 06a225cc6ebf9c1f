/// Alerts: what a person should know of, told once, again after a while, and when it is over.
///
/// ```
/// Situation → AlertRules (findings) → AlertBook (raised, repeated, cleared) → AlertTargets
///                                                                syslog, command, mail, webhook
/// ```
///
/// Owner: rules and book are values and decisions without effects; [AlertWatch] has the thread,
/// each target one of its own with a bounded queue. May import config, jmx.contract and JDK types;
/// only the wiring imports it. Start reading at [AlertWatch].
@NullMarked
package org.relevo.proxy.alerts;

import org.jspecify.annotations.NullMarked;
