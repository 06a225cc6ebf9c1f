package org.relevo.jmx.contract;

import java.util.List;

/// One database's catalog as this service knows it.
///
/// @param nodeId of the server that it was last read from; -1 before
/// @param filledAtEpochMs when it was read; -1 before
/// @param checkedAtEpochMs when it was last found unchanged, or read; -1 before
/// @param fillMs how long reading took; -1 before
/// @param bytes in memory, estimated
/// @param unnamed what writes without being named in a statement (casts, domains, operators); while
///   there is any, no statement of the database is surely a read
/// @param lastError why it could not be read last; "" when it could
public record CatalogStatus(
    String database,
    CatalogState state,
    int nodeId,
    long filledAtEpochMs,
    long checkedAtEpochMs,
    long fillMs,
    int functions,
    int operators,
    int relations,
    long bytes,
    List<String> unnamed,
    String lastError) {
  public CatalogStatus {
    unnamed = List.copyOf(unnamed);
  }

  public static CatalogStatus empty(String database) {
    return new CatalogStatus(
        database, CatalogState.EMPTY, -1, -1, -1, -1, 0, 0, 0, 0, List.of(), "");
  }

  public CatalogStatus in(CatalogState now) {
    return new CatalogStatus(
        database,
        now,
        nodeId,
        filledAtEpochMs,
        checkedAtEpochMs,
        fillMs,
        functions,
        operators,
        relations,
        bytes,
        unnamed,
        lastError);
  }
}
