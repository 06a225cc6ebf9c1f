/// The management connector: one TLS port for registry and objects, password roles, a whitelist in
/// front of the MBean server, serial filters, audit.
///
/// Owner/threads: calls arrive on the run time's own RMI threads; shared state here is guarded by
/// its class. May import jmx.contract, SLF4J and Jackson; imported by the executables. Start
/// reading at [org.relevo.jmx.server.JmxConnector]. Limits: connections, failed log-ins per client,
/// log lines per refused client and bytes per request are all bounded.
@NullMarked
package org.relevo.jmx.server;

import org.jspecify.annotations.NullMarked;
