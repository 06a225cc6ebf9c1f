package org.relevo.proxy.core;

import java.util.function.Consumer;

/// Where the data plane reads the cluster's picture. The coordinator is the only writer.
public interface ClusterViews {
  /// The newest picture; never blocks.
  ClusterView current();

  /// Calls the listener after each change, on the publisher's thread; it must not block.
  ///
  /// @return closes the subscription
  Subscription listen(Consumer<ClusterView> listener);

  /// Ends a [#listen].
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
