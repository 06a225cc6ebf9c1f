package org.relevo.proxy.config;

import java.util.Collection;
import java.util.Optional;

/// Finds the name that somebody probably meant.
public final class NearestName {
  private static final int MAX_NAME_CHARS = 64;

  private NearestName() {}

  /// The known name with the smallest edit distance, when it is small enough to be a slip.
  public static Optional<String> of(String name, Collection<String> known) {
    if (name.length() > MAX_NAME_CHARS) {
      return Optional.empty();
    }
    int limit = Math.max(2, name.length() / 3);
    String best = "";
    int bestDistance = limit + 1;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return bestDistance <= limit ? Optional.of(best) : Optional.empty();
  }

  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
