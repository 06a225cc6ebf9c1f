/// What is stored of roles' passwords and memberships, and where it is read from: `pool_passwd` and
/// the primary's catalog.
///
/// Owner: sources are thread-safe and never block their callers. May import wire, core, config and
/// health. Imported by auth. Start reading at [StoredPasswordSource].
@NullMarked
package org.relevo.proxy.auth.stored;

import org.jspecify.annotations.NullMarked;
