package org.relevo.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFolderTest {
  @TempDir Path folder;

  @Test
  void whatWasStoredIsThereAtTheNextStart() {
    StoredConnection one =
        new StoredConnection("db-a", 9899, "admin", "x", "", "", "", 22, "", "", "", "production");
    new SettingsFolder(folder)
        .change(s -> s.withLook("es", "light").withSize(1400, 900).withConnection(one));
    AppSettings again = new SettingsFolder(folder).settings();
    assertThat(again.language()).isEqualTo("es");
    assertThat(again.width()).isEqualTo(1400);
    assertThat(again.connections()).containsExactly(one);
  }

  @Test
  void nobodyElseMayReadTheFiles() throws IOException {
    SettingsFolder settings = new SettingsFolder(folder.resolve("new"));
    settings.change(s -> s.withSize(1000, 700));
    settings.secrets().seal("a", "b");
    for (String name : new String[] {"desktop.json", "secrets.key"}) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("new").resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aBrokenFileIsKeptAsideAndDefaultsHold() throws IOException {
    Files.writeString(folder.resolve("desktop.json"), "{ not json");
    assertThat(new SettingsFolder(folder).settings()).isEqualTo(AppSettings.DEFAULT);
    assertThat(folder.resolve("desktop.json.broken")).exists();
  }

  @Test
  void aSecretOpensForItsOwnerOnly() throws IOException {
    SecretStore secrets = new SecretStore(folder.resolve("key"));
    String sealed = secrets.seal("admin@db-a:9899", "pw-ñ");
    assertThat(sealed).doesNotContain("pw");
    assertThat(secrets.open("admin@db-a:9899", sealed)).contains("pw-ñ");
    assertThat(secrets.open("admin@db-b:9899", sealed)).isEmpty();
    assertThat(secrets.open("admin@db-a:9899", "AAAA")).isEmpty();
  }

  @Test
  void theFolderFollowsTheDesktopConvention() {
    Path home = Path.of("/home/ana");
    assertThat(SettingsFolder.place(Map.of("XDG_CONFIG_HOME", "/cfg"), home))
        .isEqualTo(Path.of("/cfg/relevo"));
    assertThat(SettingsFolder.place(Map.of(), home)).isEqualTo(Path.of("/home/ana/.config/relevo"));
  }
}
