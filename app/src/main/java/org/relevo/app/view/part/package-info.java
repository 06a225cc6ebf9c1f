/// Parts that several live screens share: what state their data are in, and where exports go.
///
/// Threads: FX thread, but for [ExportFile#write]. May import model, text and JavaFX. Start reading
/// at [DataState].
@NullMarked
package org.relevo.app.view.part;

import org.jspecify.annotations.NullMarked;
