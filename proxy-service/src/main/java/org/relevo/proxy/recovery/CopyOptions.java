package org.relevo.proxy.recovery;

import java.util.Map;

/// How a base backup is taken.
///
/// @param maxRateKbPerSecond 32 to 1048576, or 0 for no limit
/// @param compressed whether the server compresses what it sends (gzip; servers before 15 cannot,
///   and send it as it is)
/// @param tablespaces by the source's folder: where the copy puts a tablespace; others go to the
///   same folder. Where a folder is not empty, one beside it is made.
public record CopyOptions(
    int maxRateKbPerSecond, boolean compressed, Map<String, String> tablespaces) {
  public static final CopyOptions USUAL = new CopyOptions(0, false, Map.of());
  private static final int MIN_RATE = 32;
  private static final int MAX_RATE = 1_048_576;

  public CopyOptions {
    tablespaces = Map.copyOf(tablespaces);
    if (maxRateKbPerSecond != 0
        && (maxRateKbPerSecond < MIN_RATE || maxRateKbPerSecond > MAX_RATE)) {
      throw new IllegalArgumentException(
          "base backup rate must be 0 or %d to %d kB/s: %d"
              .formatted(MIN_RATE, MAX_RATE, maxRateKbPerSecond));
    }
  }

  /// With a limit and nothing else.
  public static CopyOptions limited(int maxRateKbPerSecond) {
    return new CopyOptions(maxRateKbPerSecond, false, Map.of());
  }
}
