package org.relevo.proxy.resource;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/// One resource of a group. Called by the group's thread only.
interface Resource {
  String name();

  /// Starts it, also when it runs already.
  ///
  /// @param still whether it is still wanted
  /// @throws IOException why it does not run
  void start(BooleanSupplier still) throws IOException, InterruptedException;

  /// Stops it, also when it does not run.
  ///
  /// @throws IOException when it may still run
  void stop() throws IOException, InterruptedException;

  /// @return "" when it runs, else what is wrong
  String monitor() throws InterruptedException;

  /// @return "" when this machine can have it, else why not
  String possible();

  /// Removes what a former life of this service may have left, before anything is known.
  ///
  /// @throws IOException when it may still be there
  void clean() throws IOException;

  /// What another machine has done against it, since the service started.
  long conflicts();
}
