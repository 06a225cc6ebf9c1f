package org.relevo.proxy.fanout;

import org.relevo.proxy.sql.SqlStatement;

/// One statement of the client, as messages for nodes.
///
/// Owner: the session's thread.
interface Work {
  SqlStatement statement();

  /// As the client has written it; not to be changed.
  byte[] text();

  /// The start of its text, for events.
  String shown();

  /// Puts together what the node is sent whose answer the client gets, up to and with the message
  /// that a ReadyForQuery answers.
  ///
  /// @param main whether the node gets the main node's text
  void forClient(NodeLink link, boolean main);

  /// The same for a node whose answer is only compared.
  void forOther(NodeLink link);

  /// Formats in which the main node returns columns that are carried: true for binary.
  boolean carriedInBinary();

  /// Whether RowDescription messages answer a question of the client, which has to get another
  /// answer when there is none.
  boolean describes();
}
