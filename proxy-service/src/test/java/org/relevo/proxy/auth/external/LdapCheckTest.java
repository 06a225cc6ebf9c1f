package org.relevo.proxy.auth.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.auth.hba.LdapOptions;
import org.relevo.proxy.config.Secret;

/// Against a directory in this process.
class LdapCheckTest {
  private static final String BASE = "dc=example,dc=org";
  private static final Secret RIGHT = new Secret("pencil");
  private static final Secret WRONG = new Secret("pen");

  private static InMemoryDirectoryServer server;

  @BeforeAll
  static void startServer() throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
    config.addAdditionalBindCredentials("cn=admin", "geheim");
    config.setSchema(null);
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPConfig(
            "plain", InetAddress.getLoopbackAddress(), 0, null));
    server = new InMemoryDirectoryServer(config);
    server.add("dn: " + BASE, "objectClass: domain", "dc: example");
    server.add("dn: ou=people," + BASE, "objectClass: organizationalUnit", "ou: people");
    person("ana", "pencil");
    person("b,ob", "pencil");
    person("twin", "pencil");
    server.add("dn: ou=deep,ou=people," + BASE, "objectClass: organizationalUnit", "ou: deep");
    server.add(
        "dn: uid=twin,ou=deep,ou=people," + BASE,
        "objectClass: person",
        "uid: twin",
        "userPassword: pencil");
    server.add(
        "dn: uid=deep,ou=deep,ou=people," + BASE,
        "objectClass: person",
        "uid: deep",
        "userPassword: pencil");
    server.startListening();
  }

  private static void person(String uid, String password) throws Exception {
    server.add(
        "dn: uid=" + uid.replace(",", "\\,") + ",ou=people," + BASE,
        "objectClass: person",
        "uid: " + uid,
        "mail: " + uid + "@example.org",
        "userPassword: " + password);
  }

  @AfterAll
  static void stopServer() {
    server.shutDown(true);
  }

  @Test
  void simpleBinds() throws Exception {
    LdapOptions options = simple("uid=", ",ou=people," + BASE);
    assertThat(LdapCheck.check(options, "ana", RIGHT)).isTrue();
    assertThat(LdapCheck.check(options, "ana", WRONG)).isFalse();
    assertThat(LdapCheck.check(options, "nobody", RIGHT)).isFalse();
    assertThat(LdapCheck.check(options, "ana", Secret.NONE)).isFalse();
  }

  @Test
  void aNameCannotLeaveItsPlaceInADistinguishedName() throws Exception {
    LdapOptions options = simple("uid=", ",ou=people," + BASE);
    assertThat(LdapCheck.check(options, "b,ob", RIGHT)).isTrue();
    assertThat(LdapCheck.check(options, "deep,ou=deep", RIGHT)).isFalse();
    assertThat(LdapCheck.check(simple("", "," + BASE), "uid=ana,ou=people", RIGHT)).isFalse();
  }

  @Test
  void searches() throws Exception {
    LdapOptions options = search("cn=admin", "geheim", "(uid=$username)", true);
    assertThat(LdapCheck.check(options, "ana", RIGHT)).isTrue();
    assertThat(LdapCheck.check(options, "deep", RIGHT)).isTrue();
    assertThat(LdapCheck.check(options, "ana", WRONG)).isFalse();
    assertThat(LdapCheck.check(options, "nobody", RIGHT)).isFalse();
    // Two entries: nobody can say whose password it is.
    assertThat(LdapCheck.check(options, "twin", RIGHT)).isFalse();
    LdapOptions one = search("cn=admin", "geheim", "(uid=$username)", false);
    assertThat(LdapCheck.check(one, "twin", RIGHT)).isTrue();
    LdapOptions either = search("", "", "(|(uid=$username)(mail=$username))", true);
    assertThat(LdapCheck.check(either, "ana@example.org", RIGHT)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "an*", "ana)(uid=*", "*)(|(uid=ana", "ana\\2a", "ana\0", "(", "\\"})
  void aNameCannotLeaveItsPlaceInAFilter(String user) throws Exception {
    LdapOptions options = search("cn=admin", "geheim", "(uid=$username)", true);
    assertThat(LdapCheck.check(options, user, RIGHT)).isFalse();
  }

  @Test
  void filtersAreEscaped() {
    assertThat(LdapCheck.escapeForFilter("a*(b)\\c\0d")).isEqualTo("a\\2a\\28b\\29\\5cc\\00d");
  }

  @Test
  void aServerThatCannotBeAskedIsNoWrongPassword() {
    LdapOptions badLogin = search("cn=admin", "falsch", "(uid=$username)", true);
    assertThatThrownBy(() -> LdapCheck.check(badLogin, "ana", RIGHT))
        .isInstanceOf(CheckFailed.class)
        .hasMessageNotContaining("falsch")
        .hasMessageNotContaining("pencil");
    LdapOptions nobody =
        new LdapOptions(
            List.of("127.0.0.1"), freePort(), false, false, "uid=", "", Optional.empty());
    assertThatThrownBy(() -> LdapCheck.check(nobody, "ana", RIGHT)).isInstanceOf(CheckFailed.class);
    LdapOptions startTls =
        new LdapOptions(
            List.of("127.0.0.1"),
            server.getListenPort(),
            false,
            true,
            "uid=",
            ",ou=people," + BASE,
            Optional.empty());
    assertThatThrownBy(() -> LdapCheck.check(startTls, "ana", RIGHT))
        .isInstanceOf(CheckFailed.class);
  }

  @Test
  void theNextServerIsAskedWhenOneIsGone() throws Exception {
    LdapOptions options =
        new LdapOptions(
            List.of("192.0.2.1.invalid", "127.0.0.1"),
            server.getListenPort(),
            false,
            false,
            "uid=",
            ",ou=people," + BASE,
            Optional.empty());
    assertThat(LdapCheck.check(options, "ana", RIGHT)).isTrue();
  }

  private static LdapOptions simple(String prefix, String suffix) {
    return new LdapOptions(
        List.of("127.0.0.1"),
        server.getListenPort(),
        false,
        false,
        prefix,
        suffix,
        Optional.empty());
  }

  private static LdapOptions search(
      String bindDn, String password, String filter, boolean subtree) {
    return new LdapOptions(
        List.of("127.0.0.1"),
        server.getListenPort(),
        false,
        false,
        "",
        "",
        Optional.of(
            new LdapOptions.Search(
                "ou=people," + BASE,
                bindDn,
                new Secret(password),
                filter,
                subtree ? LdapOptions.Scope.SUBTREE : LdapOptions.Scope.ONE_LEVEL)));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
