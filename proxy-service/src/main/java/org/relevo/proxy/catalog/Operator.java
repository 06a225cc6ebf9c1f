package org.relevo.proxy.catalog;

import org.relevo.proxy.routing.Catalog.Effect;

/// One operator, of whatever types.
///
/// @param schema oid
record Operator(int schema, Effect effect) {}
