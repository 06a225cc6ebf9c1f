/// Puts the parts of balancing together: what a text is (`sql.classify`), what the catalog tells
/// (`catalog`), how the nodes stand (`freshness`) and the rules (`routing`) answer the questions of
/// a session.
///
/// Owner: [Balancing] is thread-safe; each [BalancedSession] belongs to its session's event loop.
/// May import core, sql, catalog, routing, freshness and session. Imported by the wiring. Start
/// reading at [Balancing].
@NullMarked
package org.relevo.proxy.balancing;

import org.jspecify.annotations.NullMarked;
