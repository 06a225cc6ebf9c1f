package org.relevo.jmx.contract;

/// A local file system.
///
/// @param mount where it is mounted
/// @param type such as `ext4`
/// @param growthBytesPerSecond over the last hour at most; negative when it gets emptier
/// @param fullInSeconds at that pace; -1 when it does not fill, or is not known
public record FileSystemInfo(
    String mount,
    String type,
    long sizeBytes,
    long freeBytes,
    double growthBytesPerSecond,
    long fullInSeconds) {}
