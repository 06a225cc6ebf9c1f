package org.relevo.jmx.contract;

/// How the main node archives its write-ahead log.
///
/// @param on whether segments are copied to `directory`
/// @param mode `archive_mode` of the server
/// @param command `archive_command` of the server
/// @param directory where the segments go; "" when this service does not know
/// @param segments files in it; -1 when it is not on this machine
/// @param bytes of those files; -1 when it is not on this machine
/// @param freeBytes left on its disk; -1 when it is not on this machine
/// @param lastArchived newest segment, "" when there is none
/// @param failures since the server's statistics were reset
/// @param lastFailed segment that failed last, "" when there is none
public record WalArchiving(
    int nodeId,
    boolean on,
    String mode,
    String command,
    String directory,
    long segments,
    long bytes,
    long freeBytes,
    String lastArchived,
    long failures,
    String lastFailed) {}
