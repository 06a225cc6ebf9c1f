package org.relevo.proxy.tls;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Reads private keys in every PEM form that OpenSSL writes: PKCS#8 plain and encrypted (RFC 5958,
/// RFC 8018), PKCS#1 RSA (RFC 8017) and SEC1 EC (RFC 5915), the last two encrypted in the
/// traditional way as well.
final class PrivateKeys {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");
  private static final Pattern PBES2 = Pattern.compile("PBEWith(HmacSHA[\\d/]+)AndAES_(\\d+)");
  private static final int MAX_ITERATIONS = 10_000_000;
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");

  /// Gives the pass phrase when it is needed.
  interface Passphrase {
    char[] ask() throws IOException;
  }

  private PrivateKeys() {}

  static PrivateKey read(PemBlock block, Passphrase passphrase)
      throws IOException, GeneralSecurityException {
    byte[] content = block.content().toBytes();
    if (block.headers().containsKey("DEK-Info")) {
      content = traditional(content, block.headers().getOrDefault("DEK-Info", ""), passphrase);
    }
    return switch (block.label()) {
      case "PRIVATE KEY" -> fromPkcs8(content);
      case "ENCRYPTED PRIVATE KEY" -> fromPkcs8(decrypted(content, passphrase));
      case "RSA PRIVATE KEY" -> fromPkcs8(Der.sequence(VERSION_0, RSA, Der.octets(content)));
      case "EC PRIVATE KEY" ->
          fromPkcs8(
              Der.sequence(
                  VERSION_0, Der.sequence(EC_OID, Der.curveOf(content)), Der.octets(content)));
      default -> throw new GeneralSecurityException("'" + block.label() + "' is not supported");
    };
  }

  private static PrivateKey fromPkcs8(byte[] encoded) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException _) {
        // Not of this kind; the next one is tried.
      }
    }
    throw new GeneralSecurityException("neither an RSA, an EC nor an Ed25519 or Ed448 key");
  }

  private static byte[] decrypted(byte[] content, Passphrase passphrase)
      throws IOException, GeneralSecurityException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
    // For PBES2 the name alone says nothing; the parameters print the scheme that they belong to.
    String scheme =
        info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13")
            ? String.valueOf(info.getAlgParameters())
            : info.getAlgName();
    char[] phrase = passphrase.ask();
    try {
      return info.getKeySpec(cipher(scheme, info.getAlgParameters(), phrase)).getEncoded();
    } catch (InvalidKeySpecException e) {
      throw new GeneralSecurityException("the pass phrase does not open it", e);
    } finally {
      Arrays.fill(phrase, '\0');
    }
  }

  /// PBES2 is done in its two steps, for Java's one step takes ASCII pass phrases only.
  private static Cipher cipher(String scheme, AlgorithmParameters parameters, char[] phrase)
      throws GeneralSecurityException {
    Matcher pbes2 = PBES2.matcher(scheme);
    if (!pbes2.matches()) {
      PBEKeySpec spec = new PBEKeySpec(phrase);
      Cipher cipher = Cipher.getInstance(scheme);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(scheme).generateSecret(spec),
          parameters);
      spec.clearPassword();
      return cipher;
    }
    PBEParameterSpec rules = parameters.getParameterSpec(PBEParameterSpec.class);
    if (rules.getIterationCount() > MAX_ITERATIONS) {
      throw new GeneralSecurityException("it asks for more than " + MAX_ITERATIONS + " rounds");
    }
    PBEKeySpec spec =
        new PBEKeySpec(
            phrase, rules.getSalt(), rules.getIterationCount(), Integer.parseInt(pbes2.group(2)));
    byte[] key =
        SecretKeyFactory.getInstance("PBKDF2With" + pbes2.group(1))
            .generateSecret(spec)
            .getEncoded();
    spec.clearPassword();
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), rules.getParameterSpec());
    Arrays.fill(key, (byte) 0);
    return cipher;
  }

  /// OpenSSL's `EVP_BytesToKey` with MD5 and one round; the salt is the start of the IV.
  private static byte[] traditional(byte[] content, String info, Passphrase passphrase)
      throws IOException, GeneralSecurityException {
    String[] parts = info.split(",", 2);
    int keyBytes =
        switch (parts[0]) {
          case "AES-128-CBC" -> 16;
          case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
          case "AES-256-CBC" -> 32;
          default -> throw new GeneralSecurityException("encryption " + parts[0] + " is unknown");
        };
    String algorithm = parts[0].startsWith("AES") ? "AES" : "DESede";
    byte[] iv = HexFormat.of().parseHex(parts.length == 2 ? parts[1] : "");
    if (iv.length != (algorithm.equals("AES") ? 16 : 8)) {
      throw new GeneralSecurityException("its DEK-Info is broken");
    }
    char[] phrase = passphrase.ask();
    byte[] secret = bytes(phrase);
    byte[] key = new byte[keyBytes];
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      byte[] digest = {};
      for (int at = 0; at < keyBytes; at += digest.length) {
        md5.update(digest);
        md5.update(secret);
        md5.update(iv, 0, 8);
        digest = md5.digest();
        System.arraycopy(digest, 0, key, at, Math.min(digest.length, keyBytes - at));
      }
      Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(iv));
      return cipher.doFinal(content);
    } catch (javax.crypto.BadPaddingException e) {
      throw new GeneralSecurityException("the pass phrase does not open it", e);
    } finally {
      Arrays.fill(phrase, '\0');
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] bytes(char[] phrase) {
    java.nio.ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(phrase));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    encoded.flip();
    encoded.put(new byte[bytes.length]);
    return bytes;
  }
}
