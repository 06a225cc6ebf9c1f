package org.relevo.proxy.cluster;

/// A member of the quorum, a proxy service or a witness, by its configured name: 1 to 63 letters,
/// digits, `-`, `_` or `.`.
public record MemberId(String value) implements Comparable<MemberId> {
  private static final int MOST = 63;

  public MemberId {
    if (value.isEmpty() || value.length() > MOST || !value.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException(
          "a member's name is 1 to 63 letters, digits, '-', '_' or '.': '" + value + "'");
    }
  }

  @Override
  public int compareTo(MemberId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
