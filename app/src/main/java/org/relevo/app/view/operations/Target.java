package org.relevo.app.view.operations;

import org.relevo.jmx.contract.NodeInfo;

/// A node that an act could be done to.
///
/// @param verdict text key of why or why not
/// @param detail the service's own words, "" for none
record Target(NodeInfo node, boolean ready, String verdict, String detail) {
  int id() {
    return node.id();
  }
}
