package org.relevo.proxy.pair;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.relevo.proxy.pair.PairInput.Outcome;

/// Calls a fence agent as Linux-HA and Pacemaker do: options as lines `key=value` on its standard
/// input, among them `action`; exit code 0 is success, of `status` 0 is on and 2 is off.
///
/// Owner: whoever calls; each call waits.
final class FenceAgent {
  private static final int ON = 0;
  private static final int OFF = 2;
  private static final int MOST_TEXT = 300;
  private static final int MOST_READ = 8192;

  /// A shorter one is hidden only where its name says that it is a secret.
  private static final int SHORT = 4;

  private static final Pattern SECRET = Pattern.compile("(?i).*(pass|pwd|secret|key|token).*");

  private final PairSettings.Fence spec;
  private final String other;

  FenceAgent(PairSettings.Fence spec, String other) {
    this.spec = spec;
    this.other = other;
  }

  /// @param exit -1 when it was ended after the limit
  record Result(int exit, String said) {
    @Override
    public String toString() {
      String text = exit < 0 ? "it took too long and was ended" : "exit code " + exit;
      return said.isEmpty() ? text : text + ": " + said;
    }
  }

  /// Asks, switches off when it may, and asks again: only the answer that it is off counts.
  PairInput.Fenced fence(long request, boolean shoot) throws InterruptedException {
    try {
      Result before = call("status");
      if (before.exit() == OFF) {
        return new PairInput.Fenced(request, Outcome.OFF, "it was off already");
      } else if (!shoot) {
        return new PairInput.Fenced(
            request, before.exit() == ON ? Outcome.ON : Outcome.FAILED, "status: " + before);
      }
      Result off = call("off");
      Result after = call("status");
      if (off.exit() == 0 && after.exit() == OFF) {
        return new PairInput.Fenced(request, Outcome.OFF, "switched off");
      }
      return new PairInput.Fenced(
          request, Outcome.FAILED, "off: %s, status: %s".formatted(off, after));
    } catch (IOException | RuntimeException e) {
      return new PairInput.Fenced(request, Outcome.FAILED, String.valueOf(e.getMessage()));
    }
  }

  Result call(String action) throws IOException, InterruptedException {
    // Files, not pipes: what the agent leaves running would keep a pipe open.
    Path said = Files.createTempFile("relevo-fence-", ".out");
    try {
      Process process =
          new ProcessBuilder(spec.program().toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      tell(process, action);
      boolean ended = process.waitFor(spec.limit().toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Result(ended ? process.exitValue() : -1, text(said));
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private void tell(Process process, String action) throws IOException {
    TreeMap<String, String> options = new TreeMap<>(spec.options());
    options.put("action", action);
    options.putIfAbsent("nodename", other);
    options.putIfAbsent("plug", other);
    StringBuilder lines = new StringBuilder();
    options.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
    try (OutputStream in = process.getOutputStream()) {
      in.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // One that does not read its options has ended; its exit code says how.
      if (process.isAlive()) {
        throw e;
      }
    }
  }

  private String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String said = hidden(new String(in.readNBytes(MOST_READ), StandardCharsets.UTF_8));
      String line = said.strip().replaceAll("\\p{Cntrl}+", " ").replace('"', '\'');
      return line.substring(0, Math.min(line.length(), MOST_TEXT));
    }
  }

  /// An agent may repeat what it was told, passwords too.
  private String hidden(String said) {
    List<String> values =
        spec.options().entrySet().stream()
            .filter(each ->
                each.getValue().length() >= SHORT || SECRET.matcher(each.getKey()).matches())
            .map(java.util.Map.Entry::getValue)
            .filter(value -> !value.isEmpty())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    String text = said;
    for (String value : values) {
      text = text.replace(value, "***");
    }
    return text;
  }
}
