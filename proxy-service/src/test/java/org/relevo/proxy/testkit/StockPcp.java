package org.relevo.proxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The distribution's own `pcp_*` programs, logged in as `dba`. Owner: the test.
public final class StockPcp {
  private static final Path BIN = Path.of("/usr/sbin");
  public static final String PASSWORD = "pass";

  private final int port;
  private final Path secrets;

  /// What a program said.
  public record Ran(int exit, String out, String errors) {
    /// `Name : value` lines.
    public Map<String, String> fields() {
      Map<String, String> fields = new LinkedHashMap<>();
      for (String line : out.lines().toList()) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
      return fields;
    }

    /// The same, for each of several objects, which blank lines part.
    public List<Map<String, String>> objects() {
      return Arrays.stream(out.split("\\n\\s*\\n"))
          .map(part -> new Ran(exit, part, errors).fields())
          .filter(fields -> !fields.isEmpty())
          .toList();
    }
  }

  /// @param folder gets `pcp.conf` for the service and `pcppass` for the programs
  public StockPcp(int port, Path folder) throws IOException {
    this.port = port;
    this.secrets = folder.resolve("pcppass");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("pcp.conf"), "dba:" + md5(PASSWORD) + "\n");
    password(PASSWORD);
  }

  /// Skips the test, saying why, where the programs are not installed.
  public static void assumeInstalled() {
    assumeTrue(
        has("pcp_node_info"), "needs pcp_node_info in " + BIN + ": install the package pgpool2");
  }

  /// Whether the distribution's version has this program.
  public static boolean has(String tool) {
    return Files.isExecutable(BIN.resolve(tool));
  }

  /// What the programs log in with; the right one when called without.
  public void password(String text) throws IOException {
    Files.writeString(secrets, "*:*:dba:" + text + "\n");
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
  }

  /// Those of `pcp.conf`.
  public void rightPassword() throws IOException {
    password(PASSWORD);
  }

  /// As `pcp.conf` wants it.
  public static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public Ran run(String tool, String... more) throws IOException, InterruptedException {
    return runAt("127.0.0.1", tool, more);
  }

  /// @param host an address, or the folder of a socket
  public Ran runAt(String host, String tool, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(BIN.resolve(tool).toString(), "-h", host, "-p", "" + port, "-U", "dba", "-w"));
    command.addAll(Arrays.asList(more));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PCPPASSFILE", secrets.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(tool).isTrue();
    return new Ran(process.exitValue(), out.strip(), errors.strip());
  }

  /// Such as `up primary`, of each server.
  public List<String> nodes(int count) throws IOException, InterruptedException {
    List<String> nodes = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      Map<String, String> node = run("pcp_node_info", "-v", "-n", "" + id).fields();
      nodes.add(node.get("Status Name") + " " + node.get("Role"));
    }
    return nodes;
  }
}
