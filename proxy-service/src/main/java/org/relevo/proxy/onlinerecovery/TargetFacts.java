package org.relevo.proxy.onlinerecovery;

/// What is in a target's data directory.
///
/// @param present whether there is a folder with anything in it
/// @param major of the data in it, 0 when it is no data directory of PostgreSQL
/// @param systemIdentifier "" when it is not known
/// @param running whether a server runs in it
/// @param freeBytes on the disk of the folder above
/// @param programs major version of PostgreSQL's programs over there, 0 when there are none
record TargetFacts(
    boolean present,
    int major,
    String systemIdentifier,
    boolean running,
    long freeBytes,
    int programs) {}
