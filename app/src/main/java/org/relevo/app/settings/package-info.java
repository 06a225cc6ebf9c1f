/// What the desktop remembers between starts: window, language, theme, connections, secrets, known
/// hosts. Everything lives in one folder that only the person can read.
///
/// Threads: small files, read at start and written inside tasks. May import the JDK and Jackson.
/// Start reading at [SettingsFolder].
@NullMarked
package org.relevo.app.settings;

import org.jspecify.annotations.NullMarked;
