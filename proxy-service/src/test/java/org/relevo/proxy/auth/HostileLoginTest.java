package org.relevo.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.config.Secret;

/// Clients and servers that do not keep to the exchange: every login ends exactly once, and only
/// with a proof does it end well.
class HostileLoginTest {
  private final FixedPasswords passwords = new FixedPasswords();
  private final AuthTools tools = AuthTools.of(passwords);

  @AfterEach
  void closeTools() {
    tools.close();
  }

  @Test
  void everyLengthOfASaslMessageIsChecked() {
    passwords.scram("ana", "pencil");
    byte[] good = sasl("SCRAM-SHA-256", "n,,n=,r=abc");
    List<byte[]> bad = new ArrayList<>();
    for (int cut = 0; cut < good.length; cut++) {
      bad.add(java.util.Arrays.copyOf(good, cut));
    }
    for (int length : new int[] {-2, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 10, 12, -1}) {
      ByteBuffer buffer = ByteBuffer.wrap(good.clone());
      buffer.putInt("SCRAM-SHA-256".length() + 1, length);
      bad.add(buffer.array());
    }
    bad.add(sasl("PLAIN", "\0ana\0pencil"));
    bad.add(sasl("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc"));
    bad.add(sasl("", ""));
    for (byte[] message : bad) {
      var peer = begin("ana");
      peer.login.message(message);
      assertThat(peer.refused).hasSize(1);
      assertThat(peer.refused.getFirst().sqlState()).isEqualTo("08P01");
      peer.login.message(good);
      assertThat(peer.refused).hasSize(1);
    }
  }

  @Test
  void aMechanismMayBeChosenWithoutItsFirstMessage() {
    passwords.scram("ana", "pencil");
    var peer = begin("ana");
    ByteBuffer chosen = ByteBuffer.allocate(18);
    chosen.put("SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII)).putInt(-1);
    peer.login.message(chosen.array());
    peer.login.message("n,,n=,r=abc".getBytes(StandardCharsets.US_ASCII));
    assertThat(peer.refused).isEmpty();
    assertThat(new String(peer.sent.peekLast(), StandardCharsets.US_ASCII)).contains("r=abc");
  }

  @Test
  void passwordMessagesMustBeOnePassword() {
    var settings =
        new AuthSettings(java.util.Optional.empty(), IdentMap.EMPTY, PoolPasswd.NONE, true);
    for (byte[] bad :
        new byte[][] {{}, {'a'}, {'a', 0, 'b', 0}, {'a', 0, 0}, new byte[70_000], {0}}) {
      var peer = begin("ana", settings);
      peer.login.message(bad);
      assertThat(peer.refused).hasSize(1);
      String expected = bad.length == 1 && bad[0] == 0 ? "28P01" : "08P01";
      assertThat(peer.refused.getFirst().sqlState()).isEqualTo(expected);
    }
  }

  @Test
  void aSecondPasswordWhileTheFirstIsCheckedEndsTheLogin() throws Exception {
    CountDownLatch busy = keepComputing();
    passwords.scram("ana", "pencil");
    var settings =
        new AuthSettings(java.util.Optional.empty(), IdentMap.EMPTY, PoolPasswd.NONE, true);
    var peer = begin("ana", settings);
    peer.login.message("pencil\0".getBytes(StandardCharsets.US_ASCII));
    peer.login.message("pencil\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(peer.refused).hasSize(1);
    busy.countDown();
    peer.loop.runOne();
    assertThat(peer.refused).hasSize(1);
    assertThat(peer.accepted).isEmpty();
  }

  @Test
  void afterACancelNothingIsSaid() throws Exception {
    CountDownLatch busy = keepComputing();
    passwords.scram("ana", "pencil");
    var settings =
        new AuthSettings(java.util.Optional.empty(), IdentMap.EMPTY, PoolPasswd.NONE, true);
    var peer = begin("ana", settings);
    peer.login.message("pencil\0".getBytes(StandardCharsets.US_ASCII));
    peer.login.cancel();
    busy.countDown();
    peer.loop.runOne();
    assertThat(peer.accepted).isEmpty();
    assertThat(peer.refused).isEmpty();
  }

  @Test
  void randomClientsNeverComeIn() {
    passwords.scram("ana", "pencil");
    passwords.md5("bob", "pencil");
    Random random = new Random(Long.getLong("relevo.seed", 42));
    for (int round = 0; round < 2000; round++) {
      var peer = begin(random.nextBoolean() ? "ana" : "bob");
      for (int i = 0; i < 4; i++) {
        byte[] body =
            random.nextInt(3) == 0
                ? sasl("SCRAM-SHA-256", "n,,n=,r=abc")
                : new byte[random.nextInt(64)];
        if (random.nextBoolean() && body.length > 0) {
          body[random.nextInt(body.length)] = (byte) random.nextInt();
        }
        peer.login.message(body);
      }
      assertThat(peer.accepted).isEmpty();
      assertThat(peer.refused).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void serversMustKeepTheirOrderAndProveThemselves() {
    byte[] ok = new byte[4];
    byte[] offer = request(10, "SCRAM-SHA-256\0\0");
    byte[] md5 = new byte[] {0, 0, 0, 5, 1, 2, 3, 4};
    List<List<byte[]>> bad =
        List.of(
            List.of(new byte[0]),
            List.of(new byte[] {0, 0, 0, 5, 1}),
            List.of(new byte[5000]),
            List.of(request(7, "")),
            List.of(request(11, "r=a,s=c2FsdA==,i=1")),
            List.of(request(12, "v=")),
            List.of(request(10, "PLAIN\0\0")),
            List.of(request(10, "")),
            List.of(offer, ok),
            List.of(offer, offer),
            List.of(offer, md5),
            List.of(offer, request(12, "v=AAAA")),
            List.of(offer, request(11, "nonsense")),
            List.of(md5, md5),
            List.of(md5, offer));
    try (AuthTools serverTools = AuthTools.of(passwords)) {
      ServerLogins logins = new ServerLogins(serverTools.computing(), () -> false);
      for (List<byte[]> messages : bad) {
        var peer = new LoginLab.ServerPeer(new LoginLab.ManualLoop());
        ServerLogin login =
            logins.begin(
                new Credentials.Password(new Secret("pencil")), LoginLab.server("ana"), peer);
        messages.forEach(login::message);
        assertThat(peer.authenticated).isZero();
        assertThat(peer.failures).hasSize(1);
        assertThat(peer.failures.getFirst()).doesNotContain("pencil");
        login.message(ok);
        assertThat(peer.authenticated).isZero();
      }
    }
  }

  @Test
  void serversAreNotGivenWhatIsNotKnown() {
    ServerLogins logins = new ServerLogins(tools.computing(), () -> true);
    byte[] offer = request(10, "SCRAM-SHA-256\0\0");
    byte[] md5 = new byte[] {0, 0, 0, 5, 1, 2, 3, 4};
    byte[] clear = new byte[] {0, 0, 0, 3};
    for (byte[] message : List.of(offer, md5, clear)) {
      var peer = new LoginLab.ServerPeer(new LoginLab.ManualLoop());
      logins.begin(new Credentials.None(), LoginLab.server("ana"), peer).message(message);
      assertThat(peer.failures).hasSize(1);
      assertThat(peer.sent).isEmpty();
    }
  }

  /// Lets no password be checked until the latch is open.
  private CountDownLatch keepComputing() {
    CountDownLatch busy = new CountDownLatch(1);
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      var _ =
          tools
              .computing()
              .run(() -> {
                busy.await();
                return true;
              });
    }
    return busy;
  }

  private static byte[] request(int kind, String data) {
    byte[] text = data.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(4 + text.length).putInt(kind).put(text).array();
  }

  private static byte[] sasl(String mechanism, String data) {
    byte[] name = (mechanism + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] text = data.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(name.length + 4 + text.length)
        .put(name)
        .putInt(text.length)
        .put(text)
        .array();
  }

  private Begun begin(String user) {
    return begin(user, AuthSettings.DEFAULTS);
  }

  private Begun begin(String user, AuthSettings settings) {
    return new Begun(Authentications.of(settings, tools), user);
  }

  /// A login with what its peer got.
  private static final class Begun {
    final LoginLab.ManualLoop loop = new LoginLab.ManualLoop();
    private final LoginLab.ClientPeer peer = new LoginLab.ClientPeer(loop);
    final List<org.relevo.proxy.wire.BackendError> refused = peer.refused;
    final List<Credentials> accepted = peer.accepted;
    final java.util.ArrayDeque<byte[]> sent = peer.sent;
    final ClientLogin login;

    Begun(Authentication authentication, String user) {
      login = authentication.begin(LoginLab.client(user), peer);
    }
  }
}
