package org.relevo.proxy.auth.hba;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.auth.hba.HbaFacts.Need;

/// Which rule a client comes under. `-` stands for no rule.
class HbaRulesTest {
  private static final String RULES =
      """
      local    all              all                        trust
      hostssl  secret           all       all              reject
      host     sameuser         all       10.0.0.0/8       md5
      host     db1,"all"        ana,bob   10.1.0.0 255.255.0.0 password
      host     samerole         all       10.2.0.0/16      trust
      host     all              +staff    10.2.0.0/16      md5
      host     replication      rep       10.0.0.0/8       scram-sha-256
      host     "replication"    all       10.0.0.0/8       reject
      host     /^app_\\d+$      /^svc     10.0.0.0/8       password
      host     all              all       db.example.com   trust
      host     all              all       .example.org     md5
      hostssl  all              all       192.168.0.0/16   scram-sha-256
      hostnossl all             all       192.168.0.0/16   reject
      hostgssenc all            all       172.16.0.1/32    trust
      hostnogssenc all          all       172.16.0.1/32    md5
      host     all              all       fe00::/8         md5
      host     all              all       1.2.3.4/255      trust
      """
          .replaceAll("(?m)^.*1\\.2\\.3\\.4/255.*\n", "");

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0} {1} {2} {3} -> {4}")
  @CsvSource({
    "local,       any,          any,   plain, 1",
    "local,       replication,  any,   plain, 1",
    "10.9.9.9,    secret,       ana,   tls,   2",
    "10.9.9.9,    secret,       ana,   plain, -",
    "10.9.9.9,    ana,          ana,   plain, 3",
    "10.9.9.9,    db1,          ana,   plain, -",
    "10.1.9.9,    db1,          ana,   plain, 4",
    "10.1.9.9,    db1,          cid,   plain, -",
    "10.1.9.9,    all,          bob,   plain, 4",
    "10.1.9.9,    other,        bob,   plain, -",
    "10.2.0.1,    staff,        ana,   plain, 5",
    "10.2.0.1,    chiefs,       ana,   plain, 5",
    "10.2.0.1,    other,        ana,   plain, 6",
    "10.2.0.1,    other,        bob,   plain, -",
    "10.3.0.1,    replication,  bob,   plain, 8",
    "10.3.0.1,    app_12,       svc_a, plain, 9",
    "10.3.0.1,    app_12x,      svc_a, plain, -",
    "10.3.0.1,    app_12,       xsvc,  plain, -",
    "203.0.113.5, any,          any,   plain, 10",
    "203.0.113.6, any,          any,   plain, 11",
    "203.0.113.7, any,          any,   plain, -",
    "192.168.1.1, any,          any,   tls,   12",
    "192.168.1.1, any,          any,   plain, 13",
    "172.16.0.1,  any,          any,   plain, 15",
    "172.16.0.2,  any,          any,   plain, -",
    "fe80::1,     any,          any,   plain, 16",
    "2001::1,     any,          any,   plain, -",
  })
  void theFirstRuleThatFitsDecides(
      String address, String database, String user, String tls, String expected) throws Exception {
    assertThat(decide(address, tls.equals("tls"), false, database, user)).isEqualTo(expected);
  }

  @Test
  void replicationConnectionsComeUnderTheirOwnRulesOnly() throws Exception {
    assertThat(decide("10.3.0.1", false, true, "", "rep")).isEqualTo("7");
    assertThat(decide("10.3.0.1", false, true, "", "ana")).isEqualTo("-");
    assertThat(decide("local", false, true, "", "rep")).isEqualTo("-");
    // A database that is named so is another thing.
    assertThat(decide("10.3.0.1", false, false, "replication", "rep")).isEqualTo("8");
  }

  @Test
  void factsAreAskedForOnlyWhereARuleNeedsThem() throws Exception {
    HbaRules rules = rules(RULES);
    assertThat(rules.decide(request("10.9.9.9", "ana", "ana"), HbaFacts.NONE))
        .isInstanceOf(HbaRules.Apply.class);
    assertThat(rules.decide(request("10.2.0.1", "other", "ana"), HbaFacts.NONE))
        .isEqualTo(new HbaRules.Ask(Need.MEMBERSHIPS));
    assertThat(rules.decide(request("203.0.113.5", "any", "any"), HbaFacts.NONE))
        .isEqualTo(new HbaRules.Ask(Need.HOST_NAME));
    assertThat(
            rules.decide(
                request("203.0.113.5", "any", "any"), HbaFacts.NONE.withHostName(Optional.empty())))
        .isEqualTo(new HbaRules.NoEntry());
  }

  @Test
  void ownAddressesAndNetworks() throws Exception {
    HbaRules rules =
        rules(
            """
            host all all samehost trust
            host all all samenet  md5
            """);
    assertThat(rules.decide(request("192.0.2.7", "d", "u"), HbaFacts.NONE))
        .isEqualTo(new HbaRules.Ask(Need.NETWORKS));
    HbaFacts facts =
        HbaFacts.NONE.withNetworks(
            List.of(
                new LocalNetwork(InetAddress.ofLiteral("192.0.2.7"), 25),
                new LocalNetwork(InetAddress.ofLiteral("2001:db8::1"), 64)));
    assertThat(line(rules.decide(request("192.0.2.7", "d", "u"), facts))).isEqualTo("1");
    assertThat(line(rules.decide(request("192.0.2.100", "d", "u"), facts))).isEqualTo("2");
    assertThat(line(rules.decide(request("192.0.2.200", "d", "u"), facts))).isEqualTo("-");
    assertThat(line(rules.decide(request("2001:db8::abcd", "d", "u"), facts))).isEqualTo("2");
    assertThat(LocalNetwork.all())
        .extracting(LocalNetwork::address)
        .contains(InetAddress.getLoopbackAddress());
  }

  @Test
  void masksNeedNotBePrefixes() throws Exception {
    HbaRules rules = rules("host all all 10.0.0.5 255.0.0.255 trust\n");
    assertThat(line(rules.decide(request("10.77.88.5", "d", "u"), HbaFacts.NONE))).isEqualTo("1");
    assertThat(line(rules.decide(request("10.77.88.6", "d", "u"), HbaFacts.NONE))).isEqualTo("-");
  }

  @Test
  void expressionsSeeNoMoreThanPostgresKeepsOfAName() throws Exception {
    HbaRules rules = rules("host all /x$ all trust\n");
    String cut = "a".repeat(62) + "x";
    assertThat(line(rules.decide(request("10.0.0.1", "d", cut + "yyy"), HbaFacts.NONE)))
        .isEqualTo("1");
  }

  private String decide(
      String address, boolean tls, boolean replication, String database, String user)
      throws Exception {
    Optional<InetAddress> client =
        address.equals("local") ? Optional.empty() : Optional.of(InetAddress.ofLiteral(address));
    HbaFacts facts =
        HbaFacts.NONE
            .withMemberships(user.equals("ana") ? Set.of("ana", "staff", "chiefs") : Set.of(user))
            .withHostName(
                switch (address) {
                  case "203.0.113.5" -> Optional.of("DB.example.com");
                  case "203.0.113.6" -> Optional.of("x.y.example.org");
                  case "203.0.113.7" -> Optional.of("example.org");
                  default -> Optional.empty();
                });
    return line(
        rules(RULES).decide(new HbaRequest(client, tls, replication, database, user), facts));
  }

  private static HbaRequest request(String address, String database, String user) {
    return new HbaRequest(
        Optional.of(InetAddress.ofLiteral(address)), false, false, database, user);
  }

  /// The number of the line that decided.
  private static String line(HbaRules.Decision decision) {
    return switch (decision) {
      case HbaRules.Apply(HbaRule rule) -> rule.place().replaceAll(".*:", "");
      case HbaRules.NoEntry _ -> "-";
      case HbaRules.Ask(Need need) -> need.name();
    };
  }

  private HbaRules rules(String text) throws Exception {
    Path file = folder.resolve("pool_hba.conf");
    Files.writeString(file, text);
    return HbaRules.read(file);
  }
}
