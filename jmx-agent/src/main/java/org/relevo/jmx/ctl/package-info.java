/// The control command
///
/// Start reading at ` every management operation from a terminal.:CtlMain`.
@NullMarked
package org.relevo.jmx.ctl;

import org.jspecify.annotations.NullMarked;
