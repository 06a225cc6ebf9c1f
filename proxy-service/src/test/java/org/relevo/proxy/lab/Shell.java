package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Short commands of the system.
final class Shell {
  private static final long LIMIT_S = 30;

  private Shell() {}

  /// @return what it said
  /// @throws IOException when it fails, with its words
  static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (exitCode(process) != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
    return said;
  }

  /// A line of words without quoting.
  static String line(String command) throws IOException {
    return run(command.split(" ", -1));
  }

  /// Whether it ended well; what it said is not of interest.
  static boolean succeeds(String command) throws IOException {
    Process process =
        new ProcessBuilder(command.split(" ", -1))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return exitCode(process) == 0;
  }

  /// Processes that are gone already are passed over.
  static void signal(String name, List<Long> processes) throws IOException {
    for (long pid : processes) {
      succeeds("kill -" + name + " " + pid);
    }
  }

  private static int exitCode(Process process) throws IOException {
    try {
      if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(process.info().commandLine() + " does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return process.exitValue();
  }
}
