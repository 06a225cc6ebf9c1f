package org.relevo.proxy.auth.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.config.Secret;

/// Against the machine's own PAM with services made for the test, which only root can do.
class PamCheckTest {
  private static final Path SERVICES = Path.of("/etc/pam.d");
  private static final Secret PENCIL = new Secret("péncil");

  @TempDir private Path folder;
  private final String service = "relevo-test-" + ProcessHandle.current().pid();

  @BeforeEach
  void needsRoot() {
    assumeThat(Files.isWritable(SERVICES))
        .as("skipped: only root can make a PAM service in " + SERVICES)
        .isTrue();
    assumeThat(Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/security/pam_exec.so")))
        .as("skipped: this machine has no pam_exec")
        .isTrue();
  }

  @AfterEach
  void removeService() throws Exception {
    Files.deleteIfExists(SERVICES.resolve(service));
  }

  @Test
  void thePasswordTheUserAndTheAddressReachTheModules() throws Exception {
    Path seen = folder.resolve("seen");
    Path script = folder.resolve("check");
    Files.writeString(
        script,
        """
        #!/bin/sh
        password=$(tr -d '\\000')
        echo "$PAM_USER $PAM_RHOST $password" > %s
        test "$password" = péncil
        """
            .formatted(seen));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    service(
        "auth required pam_exec.so expose_authtok quiet " + script,
        "account required pam_permit.so");

    PamCheck pam = PamCheck.load();
    assertThat(pam.check(service, "ana", PENCIL, Optional.of("192.0.2.1"))).isTrue();
    assertThat(Files.readString(seen)).isEqualTo("ana 192.0.2.1 péncil\n");
    assertThat(pam.check(service, "ana", new Secret("pen"), Optional.empty())).isFalse();
    assertThat(pam.check(service, "ana\0", PENCIL, Optional.empty())).isFalse();
  }

  @Test
  void theAccountMustBeInOrderToo() throws Exception {
    service("auth required pam_permit.so", "account required pam_deny.so");
    assertThat(PamCheck.load().check(service, "ana", PENCIL, Optional.empty())).isFalse();
    service("auth required pam_permit.so", "account required pam_permit.so");
    assertThat(PamCheck.load().check(service, "ana", PENCIL, Optional.empty())).isTrue();
  }

  private void service(String... lines) throws Exception {
    Files.writeString(SERVICES.resolve(service), String.join("\n", lines) + "\n");
  }
}
