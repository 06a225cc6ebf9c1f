package org.relevo.app.model;

import java.time.Instant;

/// Where the connection to the service is.
public sealed interface ConnectionState {
  /// Nobody asked for a connection.
  record Disconnected() implements ConnectionState {}

  record Connecting(String address) implements ConnectionState {}

  record Connected(String address, Instant since) implements ConnectionState {}

  /// The last snapshot stays visible, marked as old, and the poller keeps trying.
  ///
  /// @param nextTryAt when the next attempt starts; the end of time when a person is needed
  record Lost(String address, Instant since, String reason, Instant nextTryAt)
      implements ConnectionState {
    /// Whether trying again helps nothing before a person did something, such as logging in.
    public boolean needsPerson() {
      return nextTryAt.equals(Instant.MAX);
    }
  }

  /// Nothing is connected: a recording is shown.
  ///
  /// @param name of its file
  /// @param at when the shown moment was
  record Replaying(String name, Instant at) implements ConnectionState {}
}
