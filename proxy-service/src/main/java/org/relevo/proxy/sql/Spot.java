package org.relevo.proxy.sql;

/// A place in a text whose value differs each time or on each node.
///
/// @param offset first byte in the query string
/// @param length bytes, arguments and parentheses included
/// @param what the function's name or the keyword, lower case: `now`, `current_timestamp`,
///   `random`, `nextval`
public record Spot(int offset, int length, String what) {}
