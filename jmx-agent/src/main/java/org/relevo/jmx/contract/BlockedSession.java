package org.relevo.jmx.contract;

/// A row of the blocking tree, parents before their children.
///
/// @param depth 0 for one that blocks others and waits for none
/// @param pid 0 for a prepared transaction
/// @param blockedBy the parent in this tree, -1 at depth 0
/// @param lockType `relation`, `transactionid`, `tuple`, …; "" when it waits for no lock
/// @param lockMode such as `ExclusiveLock`
/// @param lockedRelation `schema.name` where it is known in the database asked, else its number
/// @param waitMs how long it has waited
/// @param query at most 1000 characters
public record BlockedSession(
    int depth,
    int pid,
    int blockedBy,
    String database,
    String user,
    String state,
    String lockType,
    String lockMode,
    String lockedRelation,
    long waitMs,
    long transactionMs,
    String query) {}
