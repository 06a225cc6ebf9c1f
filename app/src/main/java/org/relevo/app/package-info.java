/// Start of the desktop: launcher, wiring and navigation.
@NullMarked
package org.relevo.app;

import org.jspecify.annotations.NullMarked;
