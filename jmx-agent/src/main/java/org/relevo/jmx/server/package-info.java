/// The TLS connector
///
/// Start reading at ` one fixed port, roles, serial filter, audit.:JmxConnector`.
@NullMarked
package org.relevo.jmx.server;

import org.jspecify.annotations.NullMarked;
