/// Texts in the language of the moment.
///
/// Threads: FX thread. May import javafx.beans. Start reading at [Texts].
@NullMarked
package org.relevo.app.text;

import org.jspecify.annotations.NullMarked;
