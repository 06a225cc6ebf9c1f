package org.relevo.jmx.contract;

/// What the machine is.
public record HostInfo(
    String hostName,
    String operatingSystem,
    String processor,
    int logicalProcessors,
    long memoryTotalBytes,
    long bootedAtEpochMs) {}
