package org.relevo.proxy.recovery;

/// Hears how far a base backup is.
@FunctionalInterface
public interface BackupProgress {
  BackupProgress NONE = (_, _) -> {};

  /// @param totalBytes the server's estimate; grows when the database does
  void at(long bytes, long totalBytes);
}
