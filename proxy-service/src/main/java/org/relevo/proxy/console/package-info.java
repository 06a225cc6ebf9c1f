/// The admin console: what a client talks to that connects to database `relevo`.
///
/// ```
/// bytes → ConsoleSession → ConsoleCommands (text → ConsoleCommand) → ConsoleTables (→ ResultTable)
///                                                                  └ ConsoleSource (state, acts)
/// JMX   → PoolBean ──────────────────────────────────────────────────┘
/// ```
///
/// Owner: a session belongs to its client's event loop; everything else is immutable. Commands and
/// tables know no protocol; a session knows no socket. may import wire, core, pool, config and
/// Netty's buffers. Imported by session. Start reading at [ConsoleSession]; what the console shows
/// comes from [ConsoleSource].
@NullMarked
package org.relevo.proxy.console;

import org.jspecify.annotations.NullMarked;
