package org.relevo.proxy.testkit.script;

/// What of the protocol a client uses.
///
/// @param blocks transaction blocks
/// @param sessionState LISTEN, temporary tables, and SQL's PREPARE
/// @param severalNodes only what several nodes can do as one server does it
public record Features(boolean blocks, boolean sessionState, boolean severalNodes) {
  public static final Features SESSION = new Features(true, true, false);
  public static final Features TRANSACTION = new Features(true, false, false);
  public static final Features STATEMENT = new Features(false, false, false);

  /// An open portal is where it was opened; another of its name may be opened elsewhere. So is one
  /// snapshot: what only a primary does is not to be had beside it.
  public Features ofSeveralNodes() {
    return new Features(blocks, sessionState, true);
  }
}
