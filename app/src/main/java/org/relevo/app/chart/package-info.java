/// Live charts over time: a ring of samples per line and one node that draws several of them.
///
/// Owner: FX thread, for [TimeChart] and for every [TimeSeries] a chart shows. May import JavaFX
/// and, alone in this module, `org.jfree`; imported by the screens. Start reading at [TimeChart].
/// Limits: a series keeps [TimeSeries#CAPACITY] points, a chart shows [TimeChart#MAX_SERIES] series
/// and [TimeChart#MAX_MARKS] marks, and is painted at most once in a pulse and only while it is
/// live.
@NullMarked
package org.relevo.app.chart;

import org.jspecify.annotations.NullMarked;
