package org.relevo.jmx.contract;

/// A resource at the member that is asked.
///
/// @param name as configured, such as an address or `systemd:name`
/// @param started whether it runs here
/// @param restarts since the service started, because it had failed
/// @param conflicts how often another machine said that it has this address
/// @param reason what was wrong last, "" when nothing
public record ServiceResource(
    String name, boolean started, int restarts, long conflicts, String reason) {}
