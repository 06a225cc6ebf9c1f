package org.relevo.proxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Programs of `scripts`, run on what is being tested instead of a build of their own.
public final class Scripts {
  private static final Path ROOT = Path.of(System.getProperty("relevo.root", ".."));

  private Scripts() {}

  public record Ran(int exit, String out, String errors) {}

  /// Of the command with these words, not started yet.
  public static ProcessBuilder of(String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.add(ROOT.resolve("scripts").resolve(script).toAbsolutePath().normalize().toString());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("RELEVO_CLASS_PATH", System.getProperty("java.class.path"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    // The product's own log settings, not the tests'.
    environment.put("JDK_JAVA_OPTIONS", "-Dlogback.configurationFile=logback.xml");
    return builder;
  }

  /// Runs it to its end. Output goes to files: what it leaves running may keep a pipe open.
  public static Ran run(Path folder, String script, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "script-", ".out");
    Path err = Files.createTempFile(folder, "script-", ".err");
    Process process =
        of(script, arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(script).isTrue();
    String errors =
        Files.readString(err, StandardCharsets.UTF_8)
            .replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS.*\\R", "");
    return new Ran(process.exitValue(), Files.readString(out).strip(), errors.strip());
  }
}
