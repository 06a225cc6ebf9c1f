package org.relevo.proxy.resource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.relevo.proxy.resource.spec.ResourceSpec.Program;
import org.relevo.proxy.resource.spec.ResourceSpec.Program.Kind;

/// A unit or program of the system as a resource. Owner: its group's thread.
final class ProgramResource implements Resource {
  private static final int OCF_NOT_RUNNING = 7;
  private static final int LSB_STOPPED = 3;
  private static final int LATE = -1;
  private static final int MOST_TEXT = 200;

  private final Program spec;
  private final Duration limit;

  ProgramResource(Program spec, Duration limit) {
    this.spec = spec;
    this.limit = limit;
  }

  /// @param exit [#LATE] when it was ended after the limit
  private record Outcome(int exit, String said) {
    boolean good() {
      return exit == 0;
    }

    @Override
    public String toString() {
      String text = exit == LATE ? "it took too long and was ended" : "exit code " + exit;
      return said.isEmpty() ? text : text + ": " + said;
    }
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public void start(BooleanSupplier still) throws IOException, InterruptedException {
    if (run(statusVerb()).good()) {
      return;
    }
    Outcome outcome = run("start");
    if (!outcome.good()) {
      throw new IOException("start: " + outcome);
    }
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    Outcome outcome = run("stop");
    if (!outcome.good()) {
      Outcome now = run(statusVerb());
      int stopped = spec.kind() == Kind.OCF ? OCF_NOT_RUNNING : LSB_STOPPED;
      if (now.exit() != stopped) {
        throw new IOException("stop: " + outcome);
      }
    }
  }

  @Override
  public String monitor() throws InterruptedException {
    try {
      Outcome outcome = run(statusVerb());
      return outcome.good() ? "" : outcome.toString();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public String possible() {
    return "";
  }

  @Override
  public void clean() {
    // What runs is stopped when it is known that it should not: a restart of the service is none
    // of the program.
  }

  @Override
  public long conflicts() {
    return 0;
  }

  private String statusVerb() {
    return switch (spec.kind()) {
      case SYSTEMD -> "is-active";
      case LSB -> "status";
      case OCF -> "monitor";
    };
  }

  private Outcome run(String verb) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    switch (spec.kind()) {
      case SYSTEMD -> command.addAll(List.of("systemctl", verb, "--quiet", spec.path()));
      case OCF -> command.addAll(List.of(spec.path(), verb));
      case LSB -> {
        command.add(spec.path());
        command.addAll(spec.arguments());
        command.add(verb);
      }
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (spec.kind() == Kind.OCF) {
      builder.environment().put("OCF_ROOT", "/usr/lib/ocf");
      builder.environment().put("OCF_RESOURCE_INSTANCE", spec.path());
      for (String pair : spec.arguments()) {
        int equals = pair.indexOf('=');
        builder
            .environment()
            .put("OCF_RESKEY_" + pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    // A file, not a pipe: what the program leaves running would keep a pipe open.
    var file = java.nio.file.Files.createTempFile("relevo-resource-", ".out");
    try {
      Process process = builder.redirectOutput(file.toFile()).start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Outcome(ended ? process.exitValue() : LATE, said(file));
    } finally {
      java.nio.file.Files.deleteIfExists(file);
    }
  }

  private static String said(java.nio.file.Path file) {
    try (InputStream in = java.nio.file.Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8)
          .strip()
          .replaceAll("\\p{Cntrl}+", " ")
          .replace('"', '\'');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
