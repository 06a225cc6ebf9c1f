package org.relevo.proxy.testkit.script;

/// What of the protocol a client uses.
///
/// @param blocks transaction blocks
/// @param portalsAgain names of portals that may be open already
/// @param sessionState LISTEN, temporary tables, and SQL's PREPARE
public record Features(boolean blocks, boolean sessionState, boolean portalsAgain) {
  public static final Features SESSION = new Features(true, true, true);
  public static final Features TRANSACTION = new Features(true, false, true);
  public static final Features STATEMENT = new Features(false, false, true);

  /// An open portal is where it was opened; another of its name may be opened elsewhere.
  public Features ofSeveralNodes() {
    return new Features(blocks, sessionState, false);
  }
}
