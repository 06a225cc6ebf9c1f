/// Tails of log files with cursors that survive rotation.
///
/// Start reading at `LogTail`.
@NullMarked
package org.relevo.jmx.logs;

import org.jspecify.annotations.NullMarked;
