package org.relevo.proxy.auth.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.Secret;

class PoolPasswdFileTest {
  private static final String ZEROS = "A".repeat(43) + "=";

  @TempDir private Path folder;

  @Test
  void everyFormOfPasswordIsRead() throws Exception {
    PoolPasswd listed =
        read("""
        # roles
        hashed:md5%s
        verified:SCRAM-SHA-256$4096:c2FsdA==$%s:%s
        text:TEXTpen: cil
        bare:pencil

        with\\:colon:TEXTa\\:b\\\\c
        bare:second entry
        """
                .formatted("0".repeat(32), ZEROS, ZEROS)
                .replace("pen: cil", "pen cil"))
            .entries();
    assertThat(listed.entries()).hasSize(5);
    assertThat(listed.find("hashed")).contains(new StoredPassword.Md5("md5" + "0".repeat(32)));
    assertThat(listed.find("verified").orElseThrow()).isInstanceOf(StoredPassword.Scram.class);
    assertThat(listed.find("text")).contains(plain("pen cil"));
    assertThat(listed.find("bare")).contains(plain("pencil"));
    assertThat(listed.find("with:colon")).contains(plain("a:b\\c"));
    assertThat(listed.find("nobody")).isEmpty();
  }

  /// Entries made by pgpool-II 4.3.5's `pg_enc -k FILE PASSWORD`.
  @Test
  void entriesOfPgEncAreDecrypted() throws Exception {
    Files.writeString(keyFile(), "my key with spaces\n");
    PoolPasswd listed =
        read("""
        one:AEStzspjglmL3vV4RogXM0G7g==
        two:AESfaVwF/kv3luF3HmZBqB82A==
        three:AESKAtnCZwVT8g2+KMCq16QyKwqc+oZKjZZf9dYufz/fzo=
        """)
            .entries();
    assertThat(listed.find("one")).contains(plain("pencil"));
    assertThat(listed.find("two")).contains(plain("se cret:ñ"));
    assertThat(listed.find("three")).contains(plain("sixteen bytes ok"));
  }

  @Test
  void everyBadLineIsNamedAtOnce() throws Exception {
    Files.writeString(keyFile(), "another key\n");
    assertThatThrownBy(() ->
            read(
                """
                nothing
                :empty
                empty:
                ok:TEXTpencil
                a:b:c
                one:AEStzspjglmL3vV4RogXM0G7g==
                two:AES!!
                three:SCRAM-SHA-256$4096:c2FsdA==$AAAA
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.place().replaceAll(".*:", ""))
                    .containsExactly("1", "2", "3", "5", "6", "7", "8"))
        .hasMessageContaining("make it anew with that key")
        .hasMessageNotContaining("pencil");
  }

  @Test
  void aMissingKeyIsSaidAtTheEntryThatNeedsIt() {
    assertThatThrownBy(() -> read("a:TEXTx\none:AEStzspjglmL3vV4RogXM0G7g==\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("pool_passwd:2")
        .hasMessageContaining("there is no key in");
  }

  @Test
  void filesThatEverybodyReadsAreWarnedOf() throws Exception {
    assertThat(read("a:TEXTx\n").warnings()).isEmpty();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(PoolPasswdFile.read(file(), keyFile()).warnings())
        .singleElement()
        .asString()
        .contains("chmod 600");
  }

  @Test
  void noFileHasNoEntries() throws Exception {
    assertThat(PoolPasswdFile.read(folder.resolve("none"), keyFile()).entries())
        .isEqualTo(PoolPasswd.NONE);
  }

  @Test
  void theKeyFileIsWherePgpoolLooksForIt() {
    Path home = Path.of("/home/x");
    assertThat(PoolPasswdFile.defaultKeyFile(Map.of(), home)).hasToString("/home/x/.pgpoolkey");
    assertThat(PoolPasswdFile.defaultKeyFile(Map.of("PGPOOLKEYFILE", "/k"), home))
        .hasToString("/k");
  }

  private Path file() {
    return folder.resolve("pool_passwd");
  }

  private Path keyFile() {
    return folder.resolve("key");
  }

  private PoolPasswdFile.Loaded read(String text) throws Exception {
    Files.writeString(file(), text);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
    return PoolPasswdFile.read(file(), keyFile());
  }

  private static StoredPassword plain(String password) {
    return new StoredPassword.Plain(new Secret(password));
  }
}
