package org.relevo.proxy.auth;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/// A certificate that has nothing but a subject.
@SuppressWarnings("JavaUtilDate")
final class NamedCertificate extends X509Certificate {
  private static final long serialVersionUID = 1;

  private final X500Principal subject;

  NamedCertificate(String subject) {
    this.subject = new X500Principal(subject);
  }

  @Override
  public X500Principal getSubjectX500Principal() {
    return subject;
  }

  @Override
  public void checkValidity() {}

  @Override
  public void checkValidity(Date date) {}

  @Override
  public int getVersion() {
    return 3;
  }

  @Override
  public BigInteger getSerialNumber() {
    return BigInteger.ONE;
  }

  @Override
  @SuppressWarnings("deprecation")
  public Principal getIssuerDN() {
    return subject;
  }

  @Override
  @SuppressWarnings("deprecation")
  public Principal getSubjectDN() {
    return subject;
  }

  @Override
  public Date getNotBefore() {
    return new Date(0);
  }

  @Override
  public Date getNotAfter() {
    return new Date(Long.MAX_VALUE);
  }

  @Override
  public byte[] getTBSCertificate() {
    return new byte[0];
  }

  @Override
  public byte[] getSignature() {
    return new byte[0];
  }

  @Override
  public String getSigAlgName() {
    return "none";
  }

  @Override
  public String getSigAlgOID() {
    return "0.0";
  }

  @Override
  public byte[] getSigAlgParams() {
    return new byte[0];
  }

  @Override
  public boolean[] getIssuerUniqueID() {
    return new boolean[0];
  }

  @Override
  public boolean[] getSubjectUniqueID() {
    return new boolean[0];
  }

  @Override
  public boolean[] getKeyUsage() {
    return new boolean[0];
  }

  @Override
  public int getBasicConstraints() {
    return -1;
  }

  @Override
  public byte[] getEncoded() {
    return new byte[] {1};
  }

  @Override
  public void verify(PublicKey key) {}

  @Override
  public void verify(PublicKey key, String provider) {}

  @Override
  public String toString() {
    return subject.toString();
  }

  @Override
  public PublicKey getPublicKey() {
    throw new UnsupportedOperationException("no key");
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    return false;
  }

  @Override
  public Set<String> getCriticalExtensionOIDs() {
    return Set.of();
  }

  @Override
  public Set<String> getNonCriticalExtensionOIDs() {
    return Set.of();
  }

  @Override
  public byte[] getExtensionValue(String oid) {
    return new byte[0];
  }
}
