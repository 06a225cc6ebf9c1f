package org.relevo.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.auth.stored.StoredRole;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Md5Password;

/// Both sides of a login against each other, by what is stored of the password.
class StoredLoginTest {
  private static final Credentials PENCIL = new Credentials.Password(new Secret("pencil"));
  private static final Credentials PEN = new Credentials.Password(new Secret("pen"));

  private static final AuthSettings CLEAR =
      new AuthSettings(Optional.empty(), IdentMap.EMPTY, PoolPasswd.NONE, true);

  private final FixedPasswords passwords = new FixedPasswords();
  private final AuthTools tools = AuthTools.of(passwords);
  private final ServerLogins logins = new ServerLogins(tools.computing(), () -> false);

  @AfterEach
  void closeTools() {
    tools.close();
  }

  @Test
  void scramGivesAKeyThatLogsInToTheServer() throws Exception {
    passwords.scram("ana", "pencil");
    LoginLab.Meeting first = meet("ana", PENCIL);
    assertThat(first.credentials()).isInstanceOf(Credentials.ScramKey.class);
    assertThat(first.back().authenticated).isEqualTo(1);
    LoginLab.Meeting second = meet("ana", first.credentials());
    assertThat(second.back().failures).isEmpty();
    assertThat(second.back().authenticated).isEqualTo(1);
    assertThat(second.credentials()).isEqualTo(first.credentials());
  }

  @Test
  void channelsAreBoundOnTls() throws Exception {
    passwords.scram("ana", "pencil");
    Authentication front = Authentications.of(AuthSettings.DEFAULTS, tools);
    LoginLab.Meeting bound =
        LoginLab.meet(
            front, LoginLab.clientOnTls("ana"), logins, LoginLab.serverOnTls("ana"), PENCIL);
    assertThat(bound.back().authenticated).isEqualTo(1);
    LoginLab.Meeting withoutBinding =
        LoginLab.meet(front, LoginLab.clientOnTls("ana"), logins, LoginLab.server("ana"), PENCIL);
    assertThat(withoutBinding.back().authenticated).isEqualTo(1);
    // A server that shows no channel binding while we could bind gets the flag that says so; it is
    // right when the server has no TLS itself.
    LoginLab.Meeting offLine =
        LoginLab.meet(front, LoginLab.client("ana"), logins, LoginLab.serverOnTls("ana"), PENCIL);
    assertThat(offLine.back().authenticated).isEqualTo(1);
  }

  @Test
  void aCertificateWithoutEndPointOffersNoBinding() throws Exception {
    passwords.scram("ana", "pencil");
    ClientFacts client = LoginLab.clientOnTls("ana", ByteString.copyOf(new byte[0]));
    // The peer would bind if it were offered, and fail.
    LoginLab.Meeting meeting =
        LoginLab.meet(
            Authentications.of(AuthSettings.DEFAULTS, tools),
            client,
            logins,
            LoginLab.serverOnTls("ana"),
            PENCIL);
    assertThat(meeting.back().authenticated).isEqualTo(1);
  }

  @Test
  void anotherCertificateInBetweenIsFound() throws Exception {
    passwords.scram("ana", "pencil");
    var other = ByteString.copyOf(new byte[] {1, 2, 3});
    LoginLab.Meeting meeting =
        LoginLab.meet(
            Authentications.of(AuthSettings.DEFAULTS, tools),
            LoginLab.clientOnTls("ana"),
            logins,
            new ServerFacts("ana", true, Optional.of(other)),
            PENCIL);
    assertThat(meeting.refusal().message()).isEqualTo("SCRAM channel binding check failed");
    assertThat(meeting.refusal().sqlState()).isEqualTo("28000");
  }

  @Test
  void md5HashesAreUsedWhereTheyAreStored() throws Exception {
    passwords.md5("ana", "pencil");
    LoginLab.Meeting right = meet("ana", PENCIL);
    assertThat(right.credentials())
        .isEqualTo(new Credentials.Md5(Md5Password.hash("ana", "pencil")));
    assertThat(meet("ana", right.credentials()).back().authenticated).isEqualTo(1);
    assertRefused(meet("ana", PEN), "ana");
  }

  @Test
  void wrongUnknownAndExpiredLookTheSame() throws Exception {
    passwords.scram("ana", "pencil");
    passwords.stored.put("none", StoredRole.UNKNOWN);
    passwords.stored.put(
        "old",
        new StoredRole(
            Optional.of(FixedPasswords.scramOf("pencil")),
            Optional.of(Instant.parse("2001-01-01T00:00:00Z")),
            true));
    for (String user : new String[] {"ana", "nobody", "none", "old"}) {
      LoginLab.Meeting meeting = meet(user, PEN);
      assertRefused(meeting, user);
      assertThat(meeting.front().refused.getFirst().fields()).doesNotContainKey('D');
    }
    assertRefused(meet("old", PENCIL), "old");
  }

  @Test
  void mockChallengesStayTheSameForARole() {
    assertThat(challenge("nobody")).isEqualTo(challenge("nobody"));
    assertThat(challenge("nobody")).isNotEqualTo(challenge("nobody2"));
    passwords.scram("ana", "pencil");
    assertThat(challenge("ana")).hasSameSizeAs(challenge("nobody"));
  }

  /// Salt and iterations of the challenge.
  private String challenge(String user) {
    var peer = new LoginLab.ClientPeer(new LoginLab.ManualLoop());
    ClientLogin login =
        Authentications.of(AuthSettings.DEFAULTS, tools).begin(LoginLab.client(user), peer);
    byte[] first = "n,,n=,r=abc".getBytes(StandardCharsets.US_ASCII);
    byte[] body =
        ("SCRAM-SHA-256\0\0\0\0" + (char) first.length + "n,,n=,r=abc")
            .getBytes(StandardCharsets.US_ASCII);
    login.message(body);
    String text = new String(peer.sent.peekLast(), StandardCharsets.US_ASCII);
    return text.substring(text.indexOf(",s="));
  }

  @Test
  void aChangedPasswordIsFoundBehindARememberedOne() throws Exception {
    passwords.md5("ana", "pencil");
    passwords.remembered.put("ana", passwords.stored.get("ana"));
    passwords.md5("ana", "pen");
    assertThat(meet("ana", PEN).back().authenticated).isEqualTo(1);
    assertThat(passwords.freshLookups).isEqualTo(1);

    passwords.scram("ana", "pencil");
    passwords.remembered.put("ana", StoredRole.of(FixedPasswords.scramOf("pen")));
    assertRefused(meet("ana", PENCIL), "ana");
    assertThat(meet("ana", PENCIL).back().authenticated).isEqualTo(1);

    Authentication clear = Authentications.of(CLEAR, tools);
    passwords.remembered.put("ana", StoredRole.of(FixedPasswords.scramOf("pen")));
    LoginLab.Meeting meeting = meetClear(clear, "ana", PENCIL);
    assertThat(meeting.credentials()).isEqualTo(PENCIL);
  }

  @Test
  void listedPasswordsWinAndAreUsedForServers() throws Exception {
    passwords.scram("ana", "other");
    PoolPasswd listed =
        new PoolPasswd(Map.of("ana", new StoredPassword.Plain(new Secret("pencil"))));
    Authentication front = Authentications.of(listing(listed), tools);
    for (int i = 0; i < 2; i++) {
      LoginLab.Meeting meeting =
          LoginLab.meet(front, LoginLab.client("ana"), logins, LoginLab.server("ana"), PENCIL);
      assertThat(meeting.credentials()).isEqualTo(PENCIL);
    }
  }

  @Test
  void rolesWithoutLoginAreToldSoOnlyWithTheRightPassword() throws Exception {
    passwords.stored.put(
        "grp",
        new StoredRole(Optional.of(FixedPasswords.scramOf("pencil")), Optional.empty(), false));
    assertThat(meet("grp", PENCIL).refusal().message())
        .isEqualTo("role \"grp\" is not permitted to log in");
    assertRefused(meet("grp", PEN), "grp");
  }

  @Test
  void withoutASourceNobodyIsToldThatThePasswordIsWrong() throws Exception {
    passwords.gone = true;
    assertThat(meet("ana", PENCIL).refusal().sqlState()).isEqualTo("57P03");
  }

  @Test
  void passwordsDoNotGoInClearOverOpenConnections() throws Exception {
    passwords.scram("ana", "pencil");
    Authentication clear = Authentications.of(CLEAR, tools);
    LoginLab.Meeting open =
        LoginLab.meet(clear, LoginLab.client("ana"), logins, LoginLab.server("ana"), PENCIL);
    assertThat(open.back().failures).singleElement().asString().contains("without TLS");
    LoginLab.Meeting covered =
        LoginLab.meet(clear, LoginLab.client("ana"), logins, LoginLab.serverOnTls("ana"), PENCIL);
    assertThat(covered.credentials()).isEqualTo(PENCIL);
    assertRefused(meetClear(clear, "ana", PEN), "ana");
    assertRefused(meetClear(clear, "nobody", PEN), "nobody");
  }

  private static AuthSettings listing(PoolPasswd listed) {
    return new AuthSettings(Optional.empty(), IdentMap.EMPTY, listed, false);
  }

  private LoginLab.Meeting meet(String user, Credentials credentials) throws Exception {
    return LoginLab.meet(
        Authentications.of(AuthSettings.DEFAULTS, tools),
        LoginLab.client(user),
        logins,
        LoginLab.server(user),
        credentials);
  }

  private LoginLab.Meeting meetClear(Authentication front, String user, Credentials credentials)
      throws Exception {
    return LoginLab.meet(
        front,
        LoginLab.client(user),
        new ServerLogins(tools.computing(), () -> true),
        LoginLab.server(user),
        credentials);
  }

  private static void assertRefused(LoginLab.Meeting meeting, String user) {
    assertThat(meeting.front().accepted).isEmpty();
    assertThat(meeting.refusal().sqlState()).isEqualTo("28P01");
    assertThat(meeting.refusal().message())
        .isEqualTo("password authentication failed for user \"" + user + "\"");
  }
}
