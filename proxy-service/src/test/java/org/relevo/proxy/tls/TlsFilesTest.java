package org.relevo.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.testkit.Pki;

class TlsFilesTest {
  private static final String PHRASE = "open s\u00e9same";
  private static final String SAYS_PHRASE = "printf 'open s\\303\\251same\\n'";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void aPlainPkcs8KeyOfEveryKindIsRead(String kind) throws Exception {
    KeyPair keys = keys(kind);
    Path key =
        secret(Pki.write(folder.resolve("k"), new JcaPKCS8Generator(keys.getPrivate(), null)));
    assertThat(identity(keys, key, "").key()).isEqualTo(keys.getPrivate());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void aTraditionalKeyIsRead(String kind) throws Exception {
    KeyPair keys = keys(kind);
    // Bouncy Castle's own key names its curve, as OpenSSL's files do.
    PrivateKey named =
        KeyFactory.getInstance(kind, new BouncyCastleProvider())
            .generatePrivate(new PKCS8EncodedKeySpec(keys.getPrivate().getEncoded()));
    Path key = secret(Pki.write(folder.resolve("k"), new JcaMiscPEMGenerator(named)));
    assertThat(Files.readString(key)).contains("BEGIN " + kind + " PRIVATE KEY");
    // That it is the right one is checked against the certificate.
    assertThat(identity(keys, key, "").key().getAlgorithm()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC"})
  void aTraditionalEncryptedKeyIsOpenedByTheCommand(String cipher) throws Exception {
    KeyPair keys = keys("RSA");
    Path key =
        secret(
            Pki.write(
                folder.resolve("k"),
                new JcaMiscPEMGenerator(
                    keys.getPrivate(),
                    new JcePEMEncryptorBuilder(cipher)
                        .setProvider(new BouncyCastleProvider())
                        .build(PHRASE.toCharArray()))));
    assertThat(Files.readString(key)).contains("DEK-Info: " + cipher);
    assertThat(identity(keys, key, SAYS_PHRASE).key()).isEqualTo(keys.getPrivate());
    assertThatThrownBy(() -> identity(keys, key, "echo wrong"))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("ssl_key")
        .hasMessageContaining(key.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.42"})
  void anEncryptedPkcs8KeyIsOpenedByTheCommand(String cipher) throws Exception {
    KeyPair keys = keys("EC");
    Path key = encrypted(keys, cipher);
    assertThat(identity(keys, key, SAYS_PHRASE).key()).isEqualTo(keys.getPrivate());
    assertThatThrownBy(() -> identity(keys, key, "echo wrong"))
        .hasMessageStartingWith("ssl_key: cannot read '" + key + "'");
  }

  @Test
  void theCommandIsBoundedAndItsFailureIsTold() throws Exception {
    KeyPair keys = keys("EC");
    Path key = encrypted(keys, "2.16.840.1.101.3.4.1.42");
    assertThatThrownBy(() -> identity(keys, key, "")).hasMessageContaining("is encrypted; set a");
    assertThatThrownBy(() -> identity(keys, key, "exit 3")).hasMessageContaining("exit code 3");
    assertThatThrownBy(() -> identity(keys, key, "true")).hasMessageContaining("printed nothing");
    assertThatThrownBy(() -> identity(keys, key, "sleep 60")).hasMessageContaining("longer than 2");
    assertThatThrownBy(() -> identity(keys, key, "head -c 5000 /dev/zero | tr '\\0' x"))
        .hasMessageContaining("more than 1024 bytes");
    assertThatThrownBy(() -> identity(keys, key, "cat /dev/zero")).hasMessageContaining("ssl_pass");
    Path asked = folder.resolve("asked");
    identity(keys, key, "echo '%p 100%%' > " + asked + "; " + SAYS_PHRASE);
    assertThat(asked).hasContent("Enter PEM pass phrase: 100%");
  }

  @Test
  void aKeyThatOthersCanReachIsRefused() throws Exception {
    KeyPair keys = keys("EC");
    Path key = Pki.write(folder.resolve("k"), new JcaPKCS8Generator(keys.getPrivate(), null));
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"}) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> identity(keys, key, ""))
          .as(mode)
          .hasMessage(
              "ssl_key: '%s' can be reached by others; chmod 0600 (0640 when root owns it)"
                  .formatted(key));
    }
  }

  @Test
  void filesThatDoNotFitAreNamed() throws Exception {
    KeyPair keys = keys("EC");
    Path other =
        secret(
            Pki.write(folder.resolve("o"), new JcaPKCS8Generator(keys("EC").getPrivate(), null)));
    assertThatThrownBy(() -> identity(keys, other, ""))
        .hasMessageContaining("is not the key of")
        .hasMessageContaining(other.toString());
    Path junk = secret(Files.writeString(folder.resolve("junk"), "nothing"));
    assertThatThrownBy(() -> identity(keys, junk, "")).hasMessageContaining("no private key");
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> identity(keys, none, "")).hasMessageContaining("does not exist");
    TlsFiles files = files("");
    assertThatThrownBy(() -> files.certificates(junk, "ssl_cert")).hasMessageContaining("junk");
    assertThatThrownBy(() -> files.revocations(none, "ssl_crl_file"))
        .hasMessageStartingWith("ssl_crl_file: '" + none + "'");
  }

  private TlsFiles.Identity identity(KeyPair keys, Path key, String command) throws Exception {
    Path certificate =
        new Pki("authority")
            .issue("server", null, Instant.now().plus(Duration.ofDays(1)), keys)
            .writeCertificate(folder.resolve("cert"));
    return files(command).identity(new TlsSettings.Pair(certificate, key), "ssl_cert", "ssl_key");
  }

  private static TlsFiles files(String command) {
    return new TlsFiles(new PassphraseCommand(command, Duration.ofSeconds(2)));
  }

  private Path encrypted(KeyPair keys, String cipher) throws Exception {
    return secret(
        Pki.write(
            folder.resolve("k"),
            new JcaPKCS8Generator(
                keys.getPrivate(),
                new JceOpenSSLPKCS8EncryptorBuilder(
                        new org.bouncycastle.asn1.ASN1ObjectIdentifier(cipher))
                    .setProvider(new BouncyCastleProvider())
                    .setPRF(PKCS8Generator.PRF_HMACSHA256)
                    .setIterationCount(2048)
                    .setRandom(new SecureRandom())
                    .setPassword(PHRASE.toCharArray())
                    .build())));
  }

  private static Path secret(Path file) throws Exception {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static KeyPair keys(String kind) throws Exception {
    if (kind.equals("EC")) {
      return Pki.ecKeys();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    if (kind.equals("RSA")) {
      generator.initialize(2048);
    }
    return generator.generateKeyPair();
  }

  @Test
  void theEndPointFollowsTheSignaturesHash() throws Exception {
    Pki authority = new Pki("authority");
    Optional<org.relevo.proxy.wire.ByteString> endPoint = EndPoint.of(authority.certificate());
    byte[] expected =
        java.security.MessageDigest.getInstance("SHA-256")
            .digest(authority.certificate().getEncoded());
    assertThat(endPoint).contains(org.relevo.proxy.wire.ByteString.copyOf(expected));
  }
}
