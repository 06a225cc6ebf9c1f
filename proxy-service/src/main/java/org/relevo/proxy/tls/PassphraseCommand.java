package org.relevo.proxy.tls;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs `ssl_passphrase_command` as PostgreSQL does: by the shell, `%p` is a prompt, the first line
/// of its output is the pass phrase. Time and output are bounded.
///
/// Owner: the thread that reads the key; it waits.
record PassphraseCommand(String command, Duration limit) {
  static final int MAX_BYTES = 1024;
  private static final String SETTING = "ssl_passphrase_command";

  /// @param key file that the pass phrase opens
  /// @return the pass phrase; the caller wipes it
  /// @throws TlsConfigException when the command fails, says nothing or takes too long
  char[] run(Path key) throws TlsConfigException {
    if (command.isEmpty()) {
      throw new TlsConfigException(
          SETTING, "'" + key + "' is encrypted; set a command that prints its pass phrase");
    }
    Process process;
    try {
      process =
          new ProcessBuilder("/bin/sh", "-c", expanded())
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new TlsConfigException(SETTING, "cannot be run; a shell is needed", e);
    }
    long end = System.nanoTime() + limit.toNanos();
    FutureTask<byte[]> output = new FutureTask<>(() -> read(process.getInputStream()));
    Thread.ofVirtual().name("pass-phrase").start(output);
    byte[] bytes = {};
    try {
      bytes = output.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      return phrase(bytes, process.exitValue());
    } catch (TimeoutException e) {
      throw new TlsConfigException(
          SETTING, "took longer than " + limit.toSeconds() + " s; it must not ask anybody", e);
    } catch (ExecutionException e) {
      throw new TlsConfigException(SETTING, "its output cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TlsConfigException(SETTING, "was interrupted", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String expanded() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      char next = i + 1 < command.length() ? command.charAt(i + 1) : ' ';
      if (c == '%' && next == 'p') {
        out.append("Enter PEM pass phrase:");
        i++;
      } else if (c == '%' && next == '%') {
        out.append('%');
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /// Reads to the end, so that the command is not stopped by a full pipe, and keeps the beginning.
  private static byte[] read(InputStream in) throws IOException {
    byte[] kept = in.readNBytes(MAX_BYTES + 1);
    byte[] rest = new byte[MAX_BYTES];
    long dropped = kept.length;
    int count;
    while ((count = in.read(rest)) >= 0) {
      dropped += count;
      if (dropped > 64L * MAX_BYTES) {
        break;
      }
    }
    Arrays.fill(rest, (byte) 0);
    return kept;
  }

  private static char[] phrase(byte[] bytes, int exit) throws TlsConfigException {
    int length = 0;
    while (length < bytes.length && bytes[length] != '\n' && bytes[length] != '\r') {
      length++;
    }
    if (exit != 0) {
      throw new TlsConfigException(SETTING, "failed with exit code " + exit + "; run it by hand");
    }
    if (length == 0) {
      throw new TlsConfigException(SETTING, "printed nothing; it must print the pass phrase");
    }
    if (length > MAX_BYTES) {
      throw new TlsConfigException(SETTING, "printed more than " + MAX_BYTES + " bytes");
    }
    return StandardCharsets.UTF_8
        .decode(java.nio.ByteBuffer.wrap(bytes, 0, length))
        .toString()
        .toCharArray();
  }
}
