package org.relevo.proxy.recovery;

import java.nio.file.Path;
import java.util.Optional;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.protocol.ServerAddress;

/// A copy to make.
///
/// @param target data directory to make; must not exist or be empty
/// @param owner account that will run the copy
/// @param slot physical replication slot that keeps the WAL the copy needs from now on; made when
///   missing. When empty, the needed WAL is part of the copy and nothing is kept on the source.
/// @param durable whether the copy is on disk before the call returns; only tests say no
/// @param progress called on the calling thread, at most about ten times a second
public record BaseBackupRequest(
    ServerAddress source,
    Path target,
    ServerAccount owner,
    Optional<String> slot,
    CopyOptions options,
    boolean durable,
    BackupProgress progress) {
  public BaseBackupRequest {
    target = target.toAbsolutePath().normalize();
    slot.ifPresent(BaseBackupRequest::checkSlotName);
  }

  /// @param maxRateKbPerSecond 32 to 1048576, or 0 for no limit
  public BaseBackupRequest(
      ServerAddress source,
      Path target,
      ServerAccount owner,
      Optional<String> slot,
      int maxRateKbPerSecond,
      boolean durable,
      BackupProgress progress) {
    this(source, target, owner, slot, CopyOptions.limited(maxRateKbPerSecond), durable, progress);
  }

  /// Without slot, limit and progress.
  public static BaseBackupRequest of(ServerAddress source, Path target, ServerAccount owner) {
    return new BaseBackupRequest(
        source, target, owner, Optional.empty(), CopyOptions.USUAL, true, BackupProgress.NONE);
  }

  static void checkSlotName(String name) {
    if (!name.matches("[a-z0-9_]{1,63}")) {
      throw new IllegalArgumentException(
          "a replication slot's name has 1 to 63 of a-z, 0-9 and _: '" + name + "'");
    }
  }
}
