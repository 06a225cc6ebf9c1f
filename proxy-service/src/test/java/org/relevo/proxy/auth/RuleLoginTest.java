package org.relevo.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.auth.hba.HbaRules;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.config.Secret;

/// Every method of `pool_hba.conf` with clients of every kind.
class RuleLoginTest {
  private static final Credentials PENCIL = new Credentials.Password(new Secret("pencil"));
  private static final Credentials PEN = new Credentials.Password(new Secret("pen"));

  @TempDir private Path folder;
  private final FixedPasswords passwords = new FixedPasswords();
  private final AuthTools tools = AuthTools.of(passwords);
  private final ServerLogins logins = new ServerLogins(tools.computing(), () -> true);
  private PoolPasswd listed = PoolPasswd.NONE;
  private IdentMap maps = IdentMap.EMPTY;

  @AfterEach
  void closeTools() {
    tools.close();
  }

  @Test
  void trustNeedsNoPasswordAndUsesListedOnes() throws Exception {
    assertThat(meet("host all all all trust", client("ana"), PEN).credentials())
        .isEqualTo(new Credentials.None());
    listed = new PoolPasswd(Map.of("ana", new StoredPassword.Plain(new Secret("pencil"))));
    assertThat(meet("host all all all trust", client("ana"), PEN).credentials()).isEqualTo(PENCIL);
  }

  @Test
  void refusalsHavePostgresWords() throws Exception {
    assertRefused(
        meet("host all all all reject", client("ana"), PENCIL),
        "28000",
        "pool_hba.conf rejects connection for host \"127.0.0.1\", user \"ana\", database \"db\","
            + " no encryption");
    assertRefused(
        meet("local all all trust", LoginLab.clientOnTls("ana"), PENCIL),
        "28000",
        "no pool_hba.conf entry for host \"127.0.0.1\", user \"ana\", database \"db\","
            + " SSL encryption");
    ClientFacts replication =
        new ClientFacts(client("ana").address(), "ana", "", true, Optional.empty());
    assertRefused(
        meet("host all all all trust", replication, PENCIL),
        "28000",
        "no pool_hba.conf entry for replication connection from host \"127.0.0.1\", user"
            + " \"ana\", no encryption");
    assertRefused(
        meet("host replication all all reject", replication, PENCIL),
        "28000",
        "pool_hba.conf rejects replication connection for host \"127.0.0.1\", user \"ana\","
            + " no encryption");
    ClientFacts local = new ClientFacts(new LocalAddress(), "ana", "db", false, Optional.empty());
    assertRefused(
        meet("host all all all trust", local, PENCIL),
        "28000",
        "no pool_hba.conf entry for host \"[local]\", user \"ana\", database \"db\","
            + " no encryption");
  }

  private static final class LocalAddress extends java.net.SocketAddress {
    private static final long serialVersionUID = 1;
  }

  @Test
  void everyMethodMeetsEveryStoredForm() throws Exception {
    passwords.scram("scram", "pencil");
    passwords.md5("md5", "pencil");
    listed = new PoolPasswd(Map.of("plain", new StoredPassword.Plain(new Secret("pencil"))));
    for (String user : List.of("scram", "md5", "plain")) {
      for (String method : List.of("password", "md5", "scram-sha-256")) {
        LoginLab.Meeting right = meet("host all all all " + method, client(user), PENCIL);
        LoginLab.Meeting wrong = meet("host all all all " + method, client(user), PEN);
        assertWrong(wrong, user);
        if (method.equals("scram-sha-256") && user.equals("md5")) {
          assertWrong(right, user); // as with PostgreSQL: there is no verifier to check it with
        } else {
          assertThat(right.back().authenticated).as(method + " " + user).isEqualTo(1);
          Class<?> kind =
              user.equals("plain") || method.equals("password")
                  ? Credentials.Password.class
                  : user.equals("md5") ? Credentials.Md5.class : Credentials.ScramKey.class;
          assertThat(right.credentials()).as(method + " " + user).isInstanceOf(kind);
        }
      }
    }
  }

  @Test
  void channelBindingCanBeRequired() throws Exception {
    passwords.scram("ana", "pencil");
    String rule = "hostssl all all all scram-sha-256 channel_binding=require";
    ClientFacts onTls = LoginLab.clientOnTls("ana");
    LoginLab.Meeting bound =
        LoginLab.meet(front(rule), onTls, logins, LoginLab.serverOnTls("ana"), PENCIL);
    assertThat(bound.back().authenticated).isEqualTo(1);
    LoginLab.Meeting unbound =
        LoginLab.meet(front(rule), onTls, logins, LoginLab.server("ana"), PENCIL);
    assertThat(unbound.back().failures).isNotEmpty();
    assertThat(unbound.front().accepted).isEmpty();
  }

  @Test
  void certificatesStandForRoles() throws Exception {
    ClientFacts ana = withCertificate("ana", "CN=ana, O=Example");
    ClientFacts mallory = withCertificate("mallory", "CN=ana, O=Example");
    String cert = "hostssl all all all cert";
    assertThat(meet(cert, ana, PENCIL).credentials()).isEqualTo(new Credentials.None());
    assertRefused(
        meet(cert, mallory, PENCIL),
        "28000",
        "certificate authentication failed for user \"mallory\"");
    assertRefused(
        meet(cert, LoginLab.clientOnTls("ana"), PENCIL),
        "28000",
        "connection requires a valid client certificate");

    maps = maps("m ana db_ana\nm \"CN=ana,O=Example\" +staff\n");
    ClientFacts mapped = withCertificate("db_ana", "CN=ana, O=Example");
    assertThat(meet(cert + " map=m", mapped, PENCIL).front().accepted).hasSize(1);
    assertThat(meet(cert + " map=m", ana, PENCIL).front().refused).hasSize(1);
    String byName = cert + " map=m clientname=DN";
    assertThat(meet(byName, ana, PENCIL).front().refused).hasSize(1);
    passwords.groups.put("ana", Set.of("staff"));
    assertThat(meet(byName, ana, PENCIL).front().accepted).hasSize(1);
  }

  @Test
  void certificatesComeOnTopOfOtherMethods() throws Exception {
    passwords.scram("ana", "pencil");
    passwords.scram("bob", "pencil");
    String full = "hostssl all all all scram-sha-256 clientcert=verify-full";
    String ca = "hostssl all all all scram-sha-256 clientcert=verify-ca";
    ClientFacts bob = withCertificate("bob", "CN=ana");
    assertWrong(meet(full, bob, PENCIL), "bob");
    assertThat(meet(ca, bob, PENCIL).back().authenticated).isEqualTo(1);
    assertWrong(meet(ca, bob, PEN), "bob");
    assertThat(meet(full, withCertificate("ana", "CN=ana"), PENCIL).back().authenticated)
        .isEqualTo(1);
    assertThat(meet(ca, LoginLab.clientOnTls("ana"), PENCIL).refusal().message())
        .isEqualTo("connection requires a valid client certificate");
  }

  @Test
  void membershipsAndNamesAreLookedUpWhereRulesNeedThem() throws Exception {
    passwords.groups.put("ana", Set.of("staff"));
    String rules = "host all +staff all trust\nhost all all localhost trust\n";
    assertThat(meet(rules, client("ana"), PENCIL).front().accepted).hasSize(1);
    assertThat(meet(rules, client("bob"), PENCIL).front().accepted).hasSize(1);
    assertThat(meet("host all all samehost trust", client("bob"), PENCIL).front().accepted)
        .hasSize(1);
    assertThat(meet("host all all .example.org trust", client("bob"), PENCIL).front().refused)
        .hasSize(1);
    passwords.gone = true;
    assertThat(meet("host all +staff all trust", client("ana"), PENCIL).refusal().sqlState())
        .isEqualTo("57P03");
  }

  @Test
  void ldapChecksPasswords() throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=x");
    config.setSchema(null);
    InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
    server.add("dn: dc=x", "objectClass: domain", "dc: x");
    server.add("dn: uid=ana,dc=x", "objectClass: person", "uid: ana", "userPassword: pencil");
    server.startListening();
    try {
      String rule =
          "host all all all ldap ldapserver=127.0.0.1 ldapport=%d ldapbasedn=\"dc=x\""
              .formatted(server.getListenPort());
      assertThat(meet(rule, client("ana"), PENCIL).credentials()).isEqualTo(PENCIL);
      assertRefused(
          meet(rule, client("ana"), PEN), "28000", "LDAP authentication failed for user \"ana\"");
      server.shutDown(true);
      assertRefused(
          meet(rule, client("ana"), PENCIL),
          "28000",
          "LDAP authentication failed for user \"ana\"");
    } finally {
      server.shutDown(true);
    }
  }

  @Test
  void pamIsAsked() throws Exception {
    // A service without a file comes under `other`, which denies, or there is no PAM at all.
    assertRefused(
        meet("host all all all pam pamservice=relevo-none", client("nobody-here"), PENCIL),
        "28000",
        "PAM authentication failed for user \"nobody-here\"");
  }

  private static ClientFacts client(String user) {
    return LoginLab.client(user);
  }

  private static ClientFacts withCertificate(String user, String subject) {
    List<Certificate> chain = List.of(new NamedCertificate(subject));
    return new ClientFacts(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
        user,
        "db",
        false,
        Optional.of(new ClientFacts.TlsFacts(LoginLab.END_POINT, chain)));
  }

  private IdentMap maps(String text) throws Exception {
    Path file = folder.resolve("pg_ident.conf");
    Files.writeString(file, text);
    return IdentMap.read(file);
  }

  private Authentication front(String rules) throws Exception {
    Path file = folder.resolve("pool_hba.conf");
    Files.writeString(file, rules + "\n");
    return Authentications.of(
        new AuthSettings(Optional.of(HbaRules.read(file)), maps, listed, false), tools);
  }

  private LoginLab.Meeting meet(String rules, ClientFacts client, Credentials credentials)
      throws Exception {
    ServerFacts server =
        client.tls().isPresent()
            ? LoginLab.serverOnTls(client.user())
            : LoginLab.server(client.user());
    return LoginLab.meet(front(rules), client, logins, server, credentials);
  }

  private static void assertWrong(LoginLab.Meeting meeting, String user) {
    assertRefused(meeting, "28P01", "password authentication failed for user \"" + user + "\"");
  }

  private static void assertRefused(LoginLab.Meeting meeting, String state, String message) {
    assertThat(meeting.front().accepted).isEmpty();
    assertThat(meeting.refusal().sqlState()).isEqualTo(state);
    assertThat(meeting.refusal().message()).isEqualTo(message);
  }
}
