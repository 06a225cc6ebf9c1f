package org.relevo.proxy.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CRL;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.relevo.proxy.config.TlsSettings;

/// Reads the files that TLS needs; whatever is wrong becomes a [TlsConfigException].
///
/// Owner: the thread that reads the configuration; not for event loops.
final class TlsFiles {
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_FOLDER_FILES = 1000;
  private static final int GROUP_AND_WORLD = 0077;
  private static final int BEYOND_GROUP_READ = 0037;
  private static final Path OWN_PROCESS = Path.of("/proc/self");

  private final PassphraseCommand passphrase;

  TlsFiles(PassphraseCommand passphrase) {
    this.passphrase = passphrase;
  }

  /// @param chain the own certificate first
  record Identity(List<X509Certificate> chain, PrivateKey key) {
    /// Without the key.
    @Override
    public String toString() {
      return chain.getFirst().getSubjectX500Principal().toString();
    }
  }

  /// @param certName setting of the certificate, for messages
  Identity identity(TlsSettings.Pair files, String certName, String keyName)
      throws TlsConfigException {
    List<X509Certificate> chain = certificates(files.certificate(), certName);
    PrivateKey key = key(files.key(), keyName);
    try {
      if (!belongTogether(key, chain.getFirst().getPublicKey())) {
        throw new TlsConfigException(
            keyName,
            "'%s' is not the key of '%s'; name the pair that belongs together"
                .formatted(files.key(), files.certificate()));
      }
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException(
          certName, "'" + files.certificate() + "' cannot be used: " + reason(e), e);
    }
    return new Identity(chain, key);
  }

  private PrivateKey key(Path file, String setting) throws TlsConfigException {
    checkPermissions(file, setting);
    byte[] content = content(file, setting);
    try {
      PemBlock block =
          PemBlock.first(content, "PRIVATE KEY")
              .orElseThrow(() ->
                  new TlsConfigException(
                      setting, "'" + file + "' holds no private key in PEM; convert it"));
      return PrivateKeys.read(block, () -> passphrase.run(file));
    } catch (TlsConfigException e) {
      throw e;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsConfigException(setting, "cannot read '" + file + "': " + reason(e), e);
    } finally {
      java.util.Arrays.fill(content, (byte) 0);
    }
  }

  /// As PostgreSQL's `check_ssl_key_file_permissions`: our own file is for nobody else; root's may
  /// be readable for a group.
  private static void checkPermissions(Path file, String setting) throws TlsConfigException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return;
    }
    try {
      Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,mode,isRegularFile");
      int mode = (Integer) attributes.getOrDefault("mode", 0);
      Object owner = attributes.get("uid");
      if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
        throw new TlsConfigException(setting, "'" + file + "' is not a file");
      }
      boolean ours = Files.getAttribute(OWN_PROCESS, "unix:uid").equals(owner);
      boolean roots = Integer.valueOf(0).equals(owner);
      if (!ours && !roots) {
        throw new TlsConfigException(
            setting, "'" + file + "' belongs to another account; give it to this one or to root");
      }
      if ((mode & (ours ? GROUP_AND_WORLD : BEYOND_GROUP_READ)) != 0) {
        throw new TlsConfigException(
            setting,
            "'%s' can be reached by others; chmod 0600 (0640 when root owns it)".formatted(file));
      }
    } catch (TlsConfigException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(setting, file, e);
    }
  }

  List<X509Certificate> certificates(Path file, String setting) throws TlsConfigException {
    byte[] content = content(file, setting);
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate certificate :
          factory().generateCertificates(new ByteArrayInputStream(content))) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (CertificateException e) {
      throw new TlsConfigException(setting, "cannot read '" + file + "': " + reason(e), e);
    }
    if (certificates.isEmpty()) {
      throw new TlsConfigException(setting, "'" + file + "' holds no certificate in PEM");
    }
    return certificates;
  }

  /// Every certificate of every file in a folder; files without one are passed over.
  List<X509Certificate> folder(Path folder, String setting) throws TlsConfigException {
    List<X509Certificate> certificates = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(Files::isRegularFile).sorted().limit(MAX_FOLDER_FILES + 1L).toList();
    } catch (IOException e) {
      throw unreadable(setting, folder, e);
    }
    if (files.size() > MAX_FOLDER_FILES) {
      throw new TlsConfigException(
          setting, "'" + folder + "' has more than " + MAX_FOLDER_FILES + " files");
    }
    for (Path file : files) {
      if (PemBlock.first(content(file, setting), "CERTIFICATE").isPresent()) {
        certificates.addAll(certificates(file, setting));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsConfigException(setting, "'" + folder + "' holds no certificate in PEM");
    }
    return certificates;
  }

  Collection<? extends CRL> revocations(Path file, String setting) throws TlsConfigException {
    try {
      Collection<? extends CRL> lists =
          factory().generateCRLs(new ByteArrayInputStream(content(file, setting)));
      if (lists.isEmpty()) {
        throw new TlsConfigException(setting, "'" + file + "' holds no list of revocations");
      }
      return lists;
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException(setting, "cannot read '" + file + "': " + reason(e), e);
    }
  }

  private static CertificateFactory factory() throws CertificateException {
    return CertificateFactory.getInstance("X.509");
  }

  private static byte[] content(Path file, String setting) throws TlsConfigException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new TlsConfigException(setting, "'" + file + "' is larger than 16 MB");
      }
      return Files.readAllBytes(file);
    } catch (TlsConfigException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(setting, file, e);
    }
  }

  private static TlsConfigException unreadable(String setting, Path file, IOException cause) {
    String why =
        switch (cause) {
          case NoSuchFileException _ -> "does not exist; correct the path";
          case AccessDeniedException _ -> "cannot be read; make it readable for this account";
          default -> "cannot be read (" + reason(cause) + ")";
        };
    return new TlsConfigException(setting, "'" + file + "' " + why, cause);
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(publicKey.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "RSASSA-PSS" -> ""; // its parameters may fix another hash
          default -> key.getAlgorithm();
        };
    if (algorithm.isEmpty()) {
      return true;
    }
    byte[] probe = {1, 2, 3, 4};
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(probe);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(publicKey);
    verifier.update(probe);
    return verifier.verify(signature);
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
