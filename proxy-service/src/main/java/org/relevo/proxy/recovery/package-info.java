/// Makes a standby out of a running server: a base backup pulled over the replication protocol,
/// verified against the backup manifest, and the settings that let the copy follow its source.
///
/// Owner: the thread that calls; nothing is kept between calls. May import `core`, `jmx.pgctl` and
/// its own `protocol`; imported by `coordinator`, `agent` and the demo. Start reading at
/// [BaseBackup]; then [StandbySetup]. Limits: a manifest is at most 256 MB, a server has at most
/// 10,000 tablespaces.
@NullMarked
package org.relevo.proxy.recovery;

import org.jspecify.annotations.NullMarked;
