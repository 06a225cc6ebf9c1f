package org.relevo.proxy.sql;

/// A name as PostgreSQL reads it: folded, unquoted, cut to 63 bytes.
///
/// @param schema "" when it is not written
public record QualifiedName(String schema, String name) {
  public boolean qualified() {
    return !schema.isEmpty();
  }
}
