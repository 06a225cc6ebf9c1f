package org.relevo.proxy.demo;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A watching process that ends servers and services when this one dies without cleaning up (kill
/// -9, out of memory): it reads a pipe that only we hold; when the pipe ends unannounced, it acts.
///
/// Owner: the demo's main thread.
final class Reaper implements AutoCloseable {
  private static final long END_SECONDS = 5;

  private final Process process;
  private final Writer pipe;

  private Reaper(Process process) {
    this.process = process;
    this.pipe = process.outputWriter(StandardCharsets.UTF_8);
  }

  static Reaper start(Path script, DemoLayout layout) throws IOException {
    Process process =
        new ProcessBuilder(
                "setsid",
                "bash",
                script.toString(),
                layout.root().toString(),
                layout.temporary() ? "remove" : "keep")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Reaper(process);
  }

  /// Adds a process to end.
  void watch(long pid) throws IOException {
    pipe.write("process " + pid + "\n");
    pipe.flush();
  }

  /// Everything was ended in order; the watcher has nothing to do.
  @Override
  public void close() throws IOException {
    pipe.write("done\n");
    pipe.close();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
