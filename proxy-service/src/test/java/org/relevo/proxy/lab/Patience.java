package org.relevo.proxy.lab;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.relevo.proxy.testkit.Await;

/// Waits for conditions of a whole cluster. It looks seldom: looking is a log-in each time, and
/// takes what the cluster needs itself on a small machine.
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Patience() {}

  static void until(String what, Callable<Boolean> condition) {
    until(ClusterLab.SETTLED, () -> what, condition);
  }

  static void until(Duration limit, Callable<String> what, Callable<Boolean> condition) {
    Await.until(limit, PAUSE, what, condition);
  }
}
