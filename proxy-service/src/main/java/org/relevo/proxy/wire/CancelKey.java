package org.relevo.proxy.wire;

/// What BackendKeyData gave to a client and a cancel request must repeat. Compared in constant
/// time.
public record CancelKey(int processId, ByteString secret) {
  /// By process only, so that a look-up does not tell anything about the secret by its time.
  @Override
  public int hashCode() {
    return processId;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CancelKey key
        && key.processId == processId
        && key.secret.equals(secret);
  }
}
