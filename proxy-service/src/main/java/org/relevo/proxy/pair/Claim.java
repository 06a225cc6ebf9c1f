package org.relevo.proxy.pair;

/// What a machine says of its part of the log; kept on its disk and told in each heartbeat.
///
/// @param generation grows by one whenever one of the two begins to decide alone, by [#BY_FORCE]
///   when a person said so although the other may know more
public record Claim(long generation, Standing standing) {
  static final long BY_FORCE = 1000;

  /// Before anything was agreed.
  public static final Claim NONE = new Claim(0, Standing.NEW);

  /// Worth of a machine's part of the log.
  public enum Standing {
    /// It has none.
    NEW(0),
    /// It votes with the other; neither can do without the other.
    PAIRED(1),
    /// It is the sole voter: the other has no vote and has to join again.
    ALONE(2),
    /// It has thrown its part away and is not let in yet.
    JOINING(3);

    /// On the wire.
    final byte code;

    Standing(int code) {
      this.code = (byte) code;
    }

    static java.util.Optional<Standing> of(byte code) {
      return java.util.Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
  }

  /// Whether it has anything that the other could join.
  boolean worth() {
    return standing == Standing.PAIRED || standing == Standing.ALONE;
  }

  Claim alone(long more) {
    return new Claim(generation + more, Standing.ALONE);
  }

  Claim as(Standing other) {
    return new Claim(generation, other);
  }

  @Override
  public String toString() {
    return standing.name().toLowerCase(java.util.Locale.ROOT) + " in generation " + generation;
  }
}
