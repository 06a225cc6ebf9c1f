package org.relevo.jmx.contract;

/// One second of the machine under this service.
///
/// @param cpuLoad 0 to 1 over all processors
/// @param cpuIoWait 0 to 1 over all processors
public record HostSample(
    long sequence,
    long sampledAtEpochMs,
    double cpuLoad,
    double cpuIoWait,
    double loadAverage1m,
    long memoryAvailableBytes,
    long swapUsedBytes,
    double diskReadBytesPerSecond,
    double diskWriteBytesPerSecond,
    double diskBusy,
    double networkReceivedBytesPerSecond,
    double networkSentBytesPerSecond) {}
