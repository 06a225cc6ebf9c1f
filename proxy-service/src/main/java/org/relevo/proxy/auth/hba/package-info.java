/// Which rule a client comes under: `pool_hba.conf` and the map of `pg_ident.conf`, in PostgreSQL's
/// syntax and meaning.
///
/// Owner: none; rules are values, and deciding is a function of the rules, the request and facts
/// that the caller found out. May import config. Imported by auth. Start reading at [HbaRules].
@NullMarked
package org.relevo.proxy.auth.hba;

import org.jspecify.annotations.NullMarked;
