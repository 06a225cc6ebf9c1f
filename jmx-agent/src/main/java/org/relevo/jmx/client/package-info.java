/// Talks to a service's connector: connects with a deadline, trusts exactly one certificate, offers
/// typed proxies whose every call has its own deadline, and follows events without losing any.
///
/// Owner/threads: remote calls run on virtual threads; a caller waits no longer than its deadline.
/// RMI has no usable time-outs of its own. May import jmx.contract and SLF4J; imported by jmx.ctl
/// and the desktop. Start reading at [org.relevo.jmx.client.JmxConnection]. Limits: a call that
/// passed its deadline is interrupted and its socket closed, closing a connection closes all of
/// them.
@NullMarked
package org.relevo.jmx.client;

import org.jspecify.annotations.NullMarked;
