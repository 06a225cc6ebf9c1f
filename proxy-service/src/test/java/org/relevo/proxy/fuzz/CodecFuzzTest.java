package org.relevo.proxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes into any codec. One test for all of them, since one Java process fuzzes one test: the
/// first byte of an input is the codec's number.
///
/// An ordinary run tries the examples and all recorded findings (`CodecFuzzTestInputs` beside the
/// test's resources). With `JAZZER_FUZZ=1`, as the Maven profile `fuzz` sets it, new inputs are
/// searched for by coverage; what fails is written there and is tried ever after.
class CodecFuzzTest {
  static Stream<Arguments> examples() {
    return Codec.ALL.stream()
        .flatMap(codec -> codec.seeds().stream().map(codec::input))
        .map(input -> Arguments.of((Object) input));
  }

  @MethodSource("examples")
  @FuzzTest(maxDuration = "15s")
  void anyBytesIntoAnyCodec(byte[] input) {
    if (input != null && input.length > 0) {
      Codec codec = Codec.ALL.get((input[0] & 0xFF) % Codec.ALL.size());
      codec.check().check(Arrays.copyOfRange(input, 1, input.length));
    }
  }
}
