package org.relevo.jmx.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Makes the connector's key pair and certificate with the running JDK's own `keytool`, so that no
/// library for certificates is needed. The password goes by environment, never by argument.
final class SelfSignedCertificate {
  static final String ALIAS = "relevo";
  private static final String PASSWORD_VARIABLE = "RELEVO_KEYSTORE_PASSWORD";
  private static final int VALID_DAYS = 3650;
  private static final long LIMIT_SECONDS = 60;
  private static final int MAX_OUTPUT_CHARS = 1000;

  private SelfSignedCertificate() {}

  /// @param hosts names and addresses beside loopback that clients use
  /// @throws IOException with keytool's words when it fails
  static void make(Path keyStore, String password, List<String> hosts)
      throws IOException, InterruptedException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    if (!Files.isExecutable(keytool)) {
      throw new IOException(
          "no keytool at "
              + keytool
              + ": run with a JDK 25 or a run time that contains jdk.keytool");
    }
    Path output = Files.createTempFile(keyStore.toAbsolutePath().getParent(), "keytool", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
                  keytool.toString(),
                  "-J-Xshare:auto",
                  "-J-XX:TieredStopAtLevel=1",
                  "-genkeypair",
                  "-alias",
                  ALIAS,
                  "-keyalg",
                  "EC",
                  "-groupname",
                  "secp256r1",
                  "-sigalg",
                  "SHA256withECDSA",
                  "-validity",
                  Integer.toString(VALID_DAYS),
                  "-dname",
                  "CN=Relevo management",
                  "-ext",
                  "SAN=" + String.join(",", alternativeNames(hosts)),
                  "-ext",
                  "EKU=serverAuth",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  keyStore.toString(),
                  "-storepass:env",
                  PASSWORD_VARIABLE)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put(PASSWORD_VARIABLE, password);
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      Process process = builder.start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      if (!ended || process.exitValue() != 0) {
        String words = Files.readString(output, StandardCharsets.UTF_8);
        throw new IOException(
            "keytool could not make "
                + keyStore
                + ": "
                + (ended ? RefusalLog.clean(words, MAX_OUTPUT_CHARS).strip() : "no answer"));
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }

  static Set<String> alternativeNames(List<String> hosts) {
    Set<String> names = new LinkedHashSet<>();
    names.add("dns:localhost");
    names.add("ip:127.0.0.1");
    names.add("ip:0:0:0:0:0:0:0:1");
    for (String host : hosts) {
      if (isAddress(host)) {
        names.add("ip:" + InetAddress.ofLiteral(host).getHostAddress().replaceAll("%.*", ""));
      } else if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
        names.add("dns:" + host);
      }
    }
    return names;
  }

  private static boolean isAddress(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException _) {
      // A name, then.
      return false;
    }
  }
}
