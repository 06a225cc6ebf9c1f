package org.relevo.proxy.http;

/// What load balancers and container platforms ask. Called on the management loop: nothing here
/// blocks.
public interface Checks {
  /// The answer to one question.
  ///
  /// @param yes 200, else 503
  /// @param text one line for people
  record Answer(boolean yes, String text) {}

  /// Whether the service runs; it answers, so it does.
  default Answer live() {
    return new Answer(true, "live");
  }

  /// Whether clients that come now are served.
  Answer ready();

  /// Whether writes are served here: there is a primary, and this service may pass writes to it.
  Answer primary();

  /// Whether a standby can be read through this service.
  Answer replica();

  /// Whether this service leads the cluster.
  Answer leader();
}
