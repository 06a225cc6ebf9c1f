/// PCP, the administration protocol of pgpool-II: stock `pcp_*` programs talk to the service.
///
/// ```
/// bytes → PcpDecoder → PcpSession (login, one command at a time) → PcpCommands → answers
///                                                       ConsoleSource ┘  └ PcpActs
/// ```
///
/// Owner: a session belongs to the management loop; commands run on a virtual thread each. Framing,
/// fields and their order are those of pgpool-II 4.3 to 4.7. May import net, console, config, core
/// and Netty; only the wiring imports it. Start reading at [PcpServer].
@NullMarked
package org.relevo.proxy.pcp;

import org.jspecify.annotations.NullMarked;
