package org.relevo.proxy.freshness;

/// What the configuration says of a node's part in balancing.
///
/// @param weight `backend_weightN`
/// @param zone "" for none
public record NodeShare(double weight, String zone) {
  public static final NodeShare EQUAL = new NodeShare(1, "");
}
