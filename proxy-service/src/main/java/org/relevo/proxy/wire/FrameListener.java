package org.relevo.proxy.wire;

/// Hears of each message that passes a [FrameScanner].
public interface FrameListener {
  /// A header has passed.
  ///
  /// @param bodyBytes length of what follows the header
  /// @return bytes of the body that [#onBody] needs; 0 to let it pass unseen
  int onHeader(byte tag, int bodyBytes);

  /// The wanted beginning of a body has passed.
  ///
  /// @param body valid during the call only
  /// @param length what was asked for, or less when the body is shorter
  void onBody(byte tag, byte[] body, int length);
}
