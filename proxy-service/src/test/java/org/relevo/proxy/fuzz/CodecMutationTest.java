package org.relevo.proxy.fuzz;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.relevo.proxy.testkit.Seeds;

/// The same checks over bytes that a seed decides, in every run and on every platform.
class CodecMutationTest {
  private static final int ROUNDS = 40_000;

  static List<Codec> codecs() {
    return Codec.ALL;
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void mutatedExamplesKeepTheRules(Codec codec) {
    long seed = Seeds.first();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = Mutations.of(codec.seeds(), random);
      try {
        codec.check().check(bytes);
      } catch (Throwable e) {
        String hex = HexFormat.of().formatHex(bytes);
        throw new AssertionError(
            "-Drelevo.seed=%d, %s round %d, bytes %s".formatted(seed, codec, round, hex), e);
      }
    }
  }

  /// Examples changed a little: bytes, lengths, cuts, doublings, two joined.
  private static final class Mutations {
    private static final int[] LENGTHS = {0, 1, 3, 4, 5, 127, 128, 255, 65_535, -1, 1 << 30};

    private Mutations() {}

    static byte[] of(List<byte[]> examples, Random random) {
      byte[] bytes = examples.get(random.nextInt(examples.size())).clone();
      int changes = 1 + random.nextInt(6);
      for (int i = 0; i < changes; i++) {
        bytes = change(bytes, examples, random);
      }
      return bytes;
    }

    private static byte[] change(byte[] bytes, List<byte[]> examples, Random random) {
      if (bytes.length == 0) {
        return examples.get(random.nextInt(examples.size())).clone();
      }
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          int value = LENGTHS[random.nextInt(LENGTHS.length)];
          for (int i = at; i < Math.min(bytes.length, at + 4); i++) {
            bytes[i] = (byte) (value >>> (8 * (3 - (i - at))));
          }
        }
        case 3 -> {
          return java.util.Arrays.copyOf(bytes, at);
        }
        case 4 -> {
          return joined(bytes, at, bytes, random.nextInt(at + 1));
        }
        default -> {
          byte[] other = examples.get(random.nextInt(examples.size()));
          return joined(bytes, at, other, other.length == 0 ? 0 : random.nextInt(other.length));
        }
      }
      return bytes;
    }

    /// One's bytes up to a place, then the other's from a place on.
    private static byte[] joined(byte[] one, int to, byte[] other, int from) {
      byte[] joined = java.util.Arrays.copyOf(one, to + other.length - from);
      System.arraycopy(other, from, joined, to, other.length - from);
      return joined;
    }
  }
}
