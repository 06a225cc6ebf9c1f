package org.relevo.app.remote;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Our list of known hosts with one addition: a key that is not listed, but whose fingerprint the
/// person has just accepted, is listed from now on.
///
/// Owner: the thread that opens the tunnel.
final class CheckedHostKeys implements HostKeyRepository {
  private final HostKeyRepository list;
  private final Optional<String> accepted;
  private volatile String shown = "";

  CheckedHostKeys(HostKeyRepository list, Optional<String> accepted) {
    this.list = list;
    this.accepted = accepted;
  }

  /// Fingerprint of the key that the server showed, as OpenSSH writes it.
  String shown() {
    return shown;
  }

  @Override
  public int check(String host, byte[] key) {
    shown = fingerprintOf(key);
    int answer = list.check(host, key);
    if (answer == NOT_INCLUDED && accepted.equals(Optional.of(shown))) {
      try {
        list.add(new HostKey(host, key), null);
      } catch (JSchException e) {
        throw new IllegalStateException("cannot store the key of " + host, e);
      }
      return OK;
    }
    return answer;
  }

  static String fingerprintOf(byte[] key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the run time lacks SHA-256", e);
    }
  }

  @Override
  public void add(HostKey key, @Nullable UserInfo user) {
    list.add(key, user);
  }

  @Override
  public void remove(String host, @Nullable String type) {
    list.remove(host, type);
  }

  @Override
  public void remove(String host, @Nullable String type, byte @Nullable [] key) {
    list.remove(host, type, key);
  }

  @Override
  public String getKnownHostsRepositoryID() {
    return list.getKnownHostsRepositoryID();
  }

  @Override
  public HostKey[] getHostKey() {
    return list.getHostKey();
  }

  @Override
  public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
    return list.getHostKey(host, type);
  }
}
