package org.relevo.proxy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of ours as a process of its own, with its output in files.
///
/// Owner: the test that started it.
public final class JavaProgram implements AutoCloseable {
  private static final long END_SECONDS = 30;

  private final Process process;
  private final Path out;
  private final Path err;

  private JavaProgram(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// @param folder takes the output files
  /// @param options of the Java runtime, `-cp` among them when it is not this test's class path
  public static JavaProgram start(
      Path folder, List<String> options, String mainClass, List<String> arguments)
      throws IOException {
    return start(folder, List.of(), options, mainClass, arguments);
  }

  /// @param prefix what the command begins with; it must become the program, not wait for it
  public static JavaProgram start(
      Path folder,
      List<String> prefix,
      List<String> options,
      String mainClass,
      List<String> arguments)
      throws IOException {
    // Signals that whoever runs the tests ignores (nohup, a shell's background) are not ignored
    // here.
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m", "-ea"));
    command.add("--enable-native-access=ALL-UNNAMED");
    if (!options.contains("-cp")) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      // The product's own log settings, not the tests'.
      command.add("-Dlogback.configurationFile=logback.xml");
    }
    command.addAll(options);
    command.add(mainClass);
    command.addAll(arguments);
    Path out = Files.createTempFile(folder, "program-", ".out");
    Path err = Files.createTempFile(folder, "program-", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    return new JavaProgram(process, out, err);
  }

  public Process process() {
    return process;
  }

  public String output() throws IOException {
    return Files.readString(out);
  }

  public String errors() throws IOException {
    return Files.readString(err);
  }

  public void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + " failed");
    }
  }

  /// @return the exit code
  public int awaitEnd(long seconds) throws IOException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs after " + seconds + " s; it said: " + errors());
    }
    return process.exitValue();
  }

  /// Ends it in order, or by force when it does not end.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
