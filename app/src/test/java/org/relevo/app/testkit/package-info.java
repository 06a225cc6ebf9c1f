/// What the desktop's tests share: a scripted service, a clock and timers moved by hand, and a
/// window on the headless platform.
///
/// Start reading at [ScriptedService] and [AppFixture].
@NullMarked
package org.relevo.app.testkit;

import org.jspecify.annotations.NullMarked;
