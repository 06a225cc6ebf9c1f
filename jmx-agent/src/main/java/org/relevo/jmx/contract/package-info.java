/// The one vocabulary of service, desktop, control command and foreign consoles: MXBean interfaces,
/// their records, object names and roles.
///
/// Owner: none, every value is immutable. May import JDK types only, so that JConsole and VisualVM
/// read everything without our classes. Start reading at [ObjectNames]. Conventions: units are in
/// the names; `-1` means "not known" for numbers and `""` for texts, never null; times are
/// milliseconds since the Unix epoch on the service's clock; each history keeps at most
/// [ObjectNames#HISTORY_CAPACITY] samples and is read with `samplesSince(sequence)`.
@NullMarked
package org.relevo.jmx.contract;

import org.jspecify.annotations.NullMarked;
