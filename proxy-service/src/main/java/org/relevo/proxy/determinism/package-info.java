/// Whether a statement does the same on every server that runs it, and if not, how its effect can
/// be carried to the others all the same.
///
/// Owner: none; pure, apart from [Facts], which may ask a server. May import sql and sql.grammar.
/// Imported by fanout. Start reading at [Planner]. Limits: whatever is not proven is not believed.
@NullMarked
package org.relevo.proxy.determinism;

import org.jspecify.annotations.NullMarked;
