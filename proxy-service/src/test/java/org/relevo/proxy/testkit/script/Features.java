package org.relevo.proxy.testkit.script;

/// What of the protocol a client uses.
///
/// @param blocks transaction blocks
/// @param sessionState LISTEN, temporary tables, and SQL's PREPARE
public record Features(boolean blocks, boolean sessionState) {
  public static final Features SESSION = new Features(true, true);
  public static final Features TRANSACTION = new Features(true, false);
  public static final Features STATEMENT = new Features(false, false);
}
