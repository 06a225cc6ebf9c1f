package org.relevo.proxy.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs with a deadline; their output is kept in part.
public final class Commands {
  /// @param exit code; -1 when the deadline passed and everything was killed
  /// @param output last of what it wrote, on one line
  public record Result(int exit, String output, boolean late) {}

  private static final int MOST_OUTPUT = 4000;

  private Commands() {}

  /// A line for `/bin/sh`, with what it reads.
  public static Result shell(String line, String input, Duration limit)
      throws IOException, InterruptedException {
    return run(List.of("/bin/sh", "-c", line), Map.of(), input, limit);
  }

  public static Result run(
      List<String> command, Map<String, String> environment, String input, Duration limit)
      throws IOException, InterruptedException {
    // A file, not a pipe: what the command leaves running would keep a pipe open.
    Path output = Files.createTempFile("relevo-command-", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .directory(Path.of("/").toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = false;
      try {
        feed(process, input);
        ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        if (!ended) {
          kill(process);
        }
      }
      return new Result(ended ? process.exitValue() : -1, tail(output), !ended);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static void feed(Process process, String input) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A command that does not read its input and ended already closes the pipe.
      if (process.isAlive() && !input.isEmpty() && !brokenPipe(e)) {
        throw e;
      }
    }
  }

  private static boolean brokenPipe(IOException e) {
    return String.valueOf(e.getMessage()).contains("Broken pipe")
        || String.valueOf(e.getMessage()).contains("Stream closed");
  }

  private static void kill(Process process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private static String tail(Path output) throws IOException {
    byte[] content;
    try (var channel = Files.newByteChannel(output)) {
      long size = channel.size();
      channel.position(Math.max(0, size - MOST_OUTPUT));
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate((int) Math.min(size, MOST_OUTPUT));
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until it is full or the file ends.
      }
      content = java.util.Arrays.copyOf(buffer.array(), buffer.position());
    }
    return oneLine(new String(content, StandardCharsets.UTF_8));
  }

  /// As it can stand in quotes in a log.
  public static String oneLine(String text) {
    return text.strip().replaceAll("\\p{Cntrl}+", " ").replace('"', '\'');
  }

  public static String oneLine(Throwable e) {
    return oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
  }
}
