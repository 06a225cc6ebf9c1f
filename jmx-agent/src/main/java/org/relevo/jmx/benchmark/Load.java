package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.relevo.jmx.contract.BenchmarkSample;

/// One run, by whatever makes the load.
interface Load {
  RunFigures figures();

  /// Blocks until the run is over, and the figures are complete.
  ///
  /// @param sequence of the last sample there is
  /// @throws SQLException when the load could not be made at all
  /// @throws IOException as `SQLException`
  void execute(long sequence, Consumer<BenchmarkSample> samples) throws SQLException, IOException;

  /// Lets transactions in progress end, then ends the run; any thread.
  void stop();

  /// Processor time that the load generator took; -1 when not known.
  double cpuSeconds();
}
