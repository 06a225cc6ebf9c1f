package org.relevo.proxy.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Wall clocks of machines, each of its own: a small library that a C compiler makes from `clock.c`
/// is loaded into every program there. What counts time since the start of the machine goes on as
/// it does when a clock is set.
final class LabClock {
  private static final String LIBRARY = "clock.so";
  private static final String AHEAD = "clock.ahead";

  private LabClock() {}

  /// Whether there is a C compiler.
  static boolean available() {
    try {
      return Shell.succeeds("cc --version");
    } catch (IOException _) {
      return false;
    }
  }

  /// Makes the clock of a machine, which is right.
  ///
  /// @param folder of the machine
  /// @return what commands there begin with
  static List<String> give(Path folder) throws IOException {
    Path source = folder.resolve("clock.c");
    try (InputStream given =
        Objects.requireNonNull(LabClock.class.getResourceAsStream("clock.c"), "clock.c")) {
      Files.copy(given, source);
    }
    Path library = folder.resolve(LIBRARY);
    Shell.run("cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
    set(folder, Duration.ZERO);
    return List.of("env", "LD_PRELOAD=" + library, "RELEVO_LAB_CLOCK=" + folder.resolve(AHEAD));
  }

  /// Sets it for all programs of the machine at once.
  ///
  /// @param ahead of the right time, behind it when negative; whole seconds
  static void set(Path folder, Duration ahead) throws IOException {
    byte[] seconds =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(ahead.toSeconds())
            .array();
    Files.write(folder.resolve(AHEAD), seconds, java.nio.file.StandardOpenOption.CREATE);
  }
}
