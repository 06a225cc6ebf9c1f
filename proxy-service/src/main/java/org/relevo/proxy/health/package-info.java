/// Watches every server: one kept connection and one cheap query per period, retries before a node
/// counts as down, a local postmaster's death seen at once.
///
/// Owner: each [NodeWatch] owns one virtual thread and its connection. May import `core`,
/// `failover` (observations) and `local`; imported by `coordinator`. Start reading at [NodeWatch].
@NullMarked
package org.relevo.proxy.health;

import org.jspecify.annotations.NullMarked;
