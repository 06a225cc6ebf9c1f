package org.relevo.proxy.recovery;

import java.nio.file.Path;
import java.time.Duration;
import org.relevo.proxy.core.Lsn;

/// A finished, verified copy.
///
/// @param start WAL position where replay begins
/// @param end WAL position from which the copy is consistent
public record BaseBackupResult(
    Path target,
    Lsn start,
    Lsn end,
    long timeline,
    String systemIdentifier,
    int files,
    long bytes,
    Duration took) {}
