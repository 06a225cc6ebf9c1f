package org.relevo.proxy.alerts;

import java.io.IOException;

/// A way to tell somebody. Called on the target's own thread; may block up to its own limits.
interface AlertTarget {
  /// Such as `syslog`.
  String name();

  /// @throws IOException why it was not told
  void tell(AlertBook.Telling telling, Sender sender) throws IOException, InterruptedException;

  /// Who tells.
  ///
  /// @param host of this machine
  record Sender(String cluster, String proxy, String host) {}
}
