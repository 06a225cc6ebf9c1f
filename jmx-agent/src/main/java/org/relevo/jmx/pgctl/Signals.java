package org.relevo.jmx.pgctl;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Signals that Java itself cannot send, by `kill(2)`: no program need be started for them.
///
/// Stateless; any thread.
// Calling the C library is what this class is for.
@SuppressWarnings("restricted")
final class Signals {
  private static final Optional<MethodHandle> KILL = find();

  private Signals() {}

  private static Optional<MethodHandle> find() {
    if (!System.getProperty("os.name", "").startsWith("Linux")) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("kill")
        .map(address ->
            linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT)));
  }

  /// @return false when this system has no such call, or it was refused
  /// @throws IOException when it cannot be made
  static boolean send(long pid, int signal) throws IOException {
    if (KILL.isEmpty() || pid <= 1 || pid > Integer.MAX_VALUE) {
      return false;
    }
    try {
      return (int) KILL.get().invokeExact((int) pid, signal) == 0;
    } catch (Throwable e) {
      throw new IOException("kill cannot be called", e);
    }
  }
}
