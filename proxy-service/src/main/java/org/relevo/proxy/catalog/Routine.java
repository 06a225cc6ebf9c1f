package org.relevo.proxy.catalog;

import java.util.Arrays;
import org.relevo.proxy.routing.Catalog.Effect;

/// One function, by its signature. Immutable; the array is not to be changed.
///
/// Bytes in memory: about 48 and 4 for each argument.
final class Routine {
  /// Any number of arguments.
  static final int UNBOUNDED = Integer.MAX_VALUE;

  private static final int MASK_BITS = 64;

  final int schema;
  final Effect effect;

  /// Whether it may change definitions.
  final boolean defines;

  private final int least;
  private final int most;
  private final int[] types;
  private final long strings;

  /// @param schema oid
  /// @param least arguments that a call must have
  /// @param most arguments that a call may have
  /// @param types oids of the arguments' types
  /// @param strings bit i when argument i is of the string category
  Routine(
      int schema, int least, int most, int[] types, long strings, Effect effect, boolean defines) {
    this.defines = defines;
    this.schema = schema;
    this.least = least;
    this.most = most;
    this.types = types;
    this.strings = strings;
    this.effect = effect;
  }

  boolean fits(int arguments) {
    return arguments >= least && arguments <= most;
  }

  /// Whether one of both hides the other when its schema comes first.
  boolean sameSignature(Routine other) {
    return Arrays.equals(types, other.types);
  }

  /// Whether a string constant of no type is taken as the string that it looks like.
  boolean takesString(int argument) {
    return argument < MASK_BITS && (strings & (1L << argument)) != 0;
  }

  /// Whether the arguments of such a call stand for the arguments of the definition one by one.
  boolean plain(int arguments) {
    return arguments == types.length && most == types.length;
  }

  int arguments() {
    return types.length;
  }
}
