/// Where a statement goes: a pure decision from what the statement is, what its session has done,
/// what the catalog tells and how the nodes stand.
///
/// Owner: none; pure. May import core, sql and re2j, which matches expressions in linear time.
/// Imported by session, config and mbean. Start reading at [Router]; the settings are
/// [RoutingRules]. Limits: texts matched 64 kB, names remembered 4096 per list.
@NullMarked
package org.relevo.proxy.routing;

import org.jspecify.annotations.NullMarked;
