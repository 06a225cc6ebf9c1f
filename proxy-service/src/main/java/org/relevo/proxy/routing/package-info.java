/// Where a statement goes: a pure decision from what the statement is, what its session has done,
/// what the catalog tells and how the nodes stand.
///
/// Owner: none; pure. May import core and sql. Imported by session. Start reading at [Router].
@NullMarked
package org.relevo.proxy.routing;

import org.jspecify.annotations.NullMarked;
