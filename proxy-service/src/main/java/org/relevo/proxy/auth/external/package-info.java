/// Passwords that somebody else checks: LDAP servers and PAM.
///
/// Owner: none; checks block, so they run off the event loops, bounded by who calls them. May
/// import auth.hba and config. Imported by auth.
@NullMarked
package org.relevo.proxy.auth.external;

import org.jspecify.annotations.NullMarked;
