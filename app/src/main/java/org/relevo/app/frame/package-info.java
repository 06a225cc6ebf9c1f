/// The one window: screens, navigation, top bar, banner and status bar.
///
/// Threads: FX thread. May import model, task, text, remote (port) and settings. Start reading at
/// [AppContext].
@NullMarked
package org.relevo.app.frame;

import org.jspecify.annotations.NullMarked;
