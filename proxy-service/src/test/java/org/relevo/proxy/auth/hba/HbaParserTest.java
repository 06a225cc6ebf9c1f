package org.relevo.proxy.auth.hba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.auth.hba.HbaOptions.ClientCertificate;
import org.relevo.proxy.config.ConfigException;

class HbaParserTest {
  @TempDir private Path folder;

  @Test
  void wordsAreCutAsPostgresCutsThem() throws Exception {
    write("names.lst", "cid, dora # the new one\n\n\"e f\"\n@more.lst\n");
    write("more.lst", "gus\n");
    List<HbaRule> rules =
        read(
            """
            # a comment
              local   db1, db2,"d#3"   ana,@names.lst\ttrust # end
            host all \\
              all 127.0.0.1/32 \\
              md5

            host "all" "a""b" ::1/128 reject
            """);
    assertThat(rules).hasSize(3);
    assertThat(rules.get(0).databases()).containsExactly(exact("db1"), exact("db2"), exact("d#3"));
    assertThat(rules.get(0).users())
        .containsExactly(exact("ana"), exact("cid"), exact("dora"), exact("e f"), exact("gus"));
    assertThat(rules.get(1).place()).endsWith(":3");
    assertThat(rules.get(1).method()).isEqualTo(HbaMethod.MD5);
    assertThat(rules.get(2).databases()).containsExactly(exact("all"));
    assertThat(rules.get(2).users()).containsExactly(exact("a\"b"));
  }

  @Test
  void filesAreIncluded() throws Exception {
    Files.createDirectories(folder.resolve("d"));
    write("d/b.conf", "local b all trust\n");
    write("d/a.conf", "local a all trust\ninclude ../c.conf\n");
    write("d/.hidden.conf", "nonsense\n");
    write("d/other.txt", "nonsense\n");
    write("c.conf", "local c all trust\n");
    List<HbaRule> rules =
        read("include_dir d\ninclude_if_exists none.conf\ninclude c.conf\nlocal d all md5\n");
    assertThat(rules)
        .extracting(rule -> rule.databases().getFirst())
        .containsExactly(exact("a"), exact("c"), exact("b"), exact("c"), exact("d"));
  }

  @Test
  void optionsAreRead() throws Exception {
    List<HbaRule> rules =
        read(
            """
            hostssl all all all cert map=m clientname=DN
            hostssl all all all scram-sha-256 clientcert=verify-ca channel_binding=require
            hostssl all all all md5 clientcert=verify-full
            host all all all pam pamservice=relevo pam_use_hostname=1
            local all all pam relevo
            host all all all ldap ldapserver="l1 l2" ldapprefix="cn=" ldapsuffix=", dc=x" ldaptls=1
            host all all all ldap ldapserver=l ldapbasedn="dc=x" \
            ldapsearchfilter="(|(uid=$username)(mail=$username))"
            host all all all ldap ldapurl="ldaps://l:1636/dc=x,dc=y?cn?sub"
            host all all all ldap ldapurl="ldap://l/dc=a%20b" \
            ldapbinddn="cn=adm" ldapbindpasswd="geheim"
            """);
    assertThat(rules.get(0).options().map()).contains("m");
    assertThat(rules.get(0).options().byDistinguishedName()).isTrue();
    assertThat(rules.get(0).options().clientCertificate()).isEqualTo(ClientCertificate.VERIFY_FULL);
    assertThat(rules.get(1).options().clientCertificate()).isEqualTo(ClientCertificate.VERIFY_CA);
    assertThat(rules.get(1).options().bindingRequired()).isTrue();
    assertThat(rules.get(2).options().clientCertificate()).isEqualTo(ClientCertificate.VERIFY_FULL);
    assertThat(rules.get(3).options().pamService()).contains("relevo");
    assertThat(rules.get(3).options().pamHostName()).isTrue();
    assertThat(rules.get(4).options().pamService()).contains("relevo");
    LdapOptions simple = rules.get(5).options().ldap().orElseThrow();
    assertThat(simple.servers()).containsExactly("l1", "l2");
    assertThat(simple.port()).isEqualTo(389);
    assertThat(simple.startTls()).isTrue();
    assertThat(simple.prefix() + "ana" + simple.suffix()).isEqualTo("cn=ana, dc=x");
    assertThat(simple.search()).isEmpty();
    assertThat(rules.get(6).options().ldap().orElseThrow().search().orElseThrow().filter())
        .isEqualTo("(|(uid=$username)(mail=$username))");
    LdapOptions url = rules.get(7).options().ldap().orElseThrow();
    assertThat(url.secure()).isTrue();
    assertThat(url.port()).isEqualTo(1636);
    assertThat(url.search().orElseThrow())
        .extracting(
            LdapOptions.Search::baseDn, LdapOptions.Search::filter, LdapOptions.Search::scope)
        .containsExactly("dc=x,dc=y", "(cn=$username)", LdapOptions.Scope.SUBTREE);
    LdapOptions.Search bound = rules.get(8).options().ldap().orElseThrow().search().orElseThrow();
    assertThat(bound.baseDn()).isEqualTo("dc=a b");
    assertThat(bound.scope()).isEqualTo(LdapOptions.Scope.BASE);
    assertThat(bound.bindPassword().value()).isEqualTo("geheim");
    assertThat(rules.get(8).toString() + bound).doesNotContain("geheim");
    assertThat(new HbaRules(rules).wantsClientCertificates()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hots all all all trust                         | no connection type",
        "host                                           | ends before its database",
        "host all                                       | ends before its user",
        "host all all                                   | ends before its address",
        "host all all all                               | ends before its method",
        "local all all                                  | ends before its method",
        "host,local all all all trust                   | more than one connection type",
        "host all all 10.0.0.1 trust                    | has no mask",
        "host all all 10.0.0.1/33 trust                 | is no prefix length",
        "host all all 10.0.0.256/32 trust               | is no IP address",
        "host all all ::1/129 trust                     | is no prefix length",
        "host all all 10.0.0.1 ffff:: trust             | not of the same kind",
        "host all all a..b trust                        | neither an address nor a host name",
        "host all all all peer                          | not supported by this service",
        "host all all all trusted                       | is no method",
        "host /( all all trust                          | no regular expression",
        "host all all all cert                          | write hostssl",
        "host all all all md5 clientcert=verify-ca      | write hostssl",
        "hostssl all all all md5 clientcert=1           | verify-ca or verify-full",
        "hostssl all all all cert clientcert=verify-ca  | write clientcert=verify-full",
        "host all all all md5 nonsense                  | not of the form name=value",
        "host all all all md5 foo=bar                   | no option of a rule",
        "host all all all md5 ldapserver=x              | only for ldap",
        "host all all all md5 pamservice=x              | only for pam",
        "host all all all scram-sha-256 channel_binding=require | needs TLS",
        "host all all all ldap ldapbasedn=x             | needs ldapserver",
        "host all all all ldap ldapserver=x             | needs ldapbasedn",
        "host all all all ldap ldapserver=x ldapprefix=a ldapbasedn=b | of one way",
        "host all all all ldap ldapserver=x ldapbasedn=b ldapport=0 | is no port",
        "host all all all ldap ldapurl=http://x/dc=y    | begins with ldap://",
        "host all all all ldap ldapserver=x ldapbasedn=b ldapfoo=1 | no option of ldap",
        "local all \"all trust                          | a quote is not closed",
        "include nowhere.conf                           | no such file",
        "include                                        | one name after it",
        "include_dir nowhere                            | cannot list",
        "local @nowhere all trust                       | no such file",
        "include pool_hba.conf                          | including itself",
      })
  void mistakesAreNamedWithTheWayOut(String line, String expected) throws Exception {
    ConfigException problem =
        catchThrowableOfType(
            ConfigException.class, () -> read("local all all trust\n" + line + "\n"));
    assertThat(problem.problems()).first().asString().contains(":2: ").contains(expected);
  }

  @Test
  void everyMistakeIsNamedAtOnce() {
    assertThatThrownBy(() -> read("local all all trust\nhost all\nhost all all all foo\nfoo\n"))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n"})
  void aFileWithoutRulesIsRefused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nobody could come in");
  }

  @Test
  void mapsOfCertificatesAreRead() throws Exception {
    write(
        "pg_ident.conf",
        """
        m  Ana\\.x            ana
        m  /^(.*)@example\\.com$  \\1
        m  /^boss            all
        m  aid               +staff
        m  any               "/^app"
        o  zoe               zoe
        """);
    IdentMap map = IdentMap.read(folder.resolve("pg_ident.conf"));
    var m = java.util.Optional.of("m");
    assertThat(map.allows(m, "Ana\\.x", "ana", _ -> false)).isTrue();
    assertThat(map.allows(m, "Ana.x", "ana", _ -> false)).isFalse();
    assertThat(map.allows(m, "bob@example.com", "bob", _ -> false)).isTrue();
    assertThat(map.allows(m, "bob@example.com", "eve", _ -> false)).isFalse();
    assertThat(map.allows(m, "bob@example.com.evil", "bob", _ -> false)).isFalse();
    assertThat(map.allows(m, "boss2", "whoever", _ -> false)).isTrue();
    assertThat(map.allows(m, "aid", "x", "staff"::equals)).isTrue();
    assertThat(map.allows(m, "aid", "x", _ -> false)).isFalse();
    assertThat(map.allows(m, "any", "app1", _ -> false)).isTrue();
    assertThat(map.allows(m, "zoe", "zoe", _ -> false)).isFalse();
    assertThat(map.allows(java.util.Optional.empty(), "zoe", "zoe", _ -> false)).isTrue();
    assertThat(map.needsMemberships("m")).isTrue();
    assertThat(map.needsMemberships("o")).isFalse();
    write("bad.conf", "m x\nm /( y\n");
    assertThatThrownBy(() -> IdentMap.read(folder.resolve("bad.conf")))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  private static NamePattern exact(String name) {
    return new NamePattern.Exact(name);
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(folder.resolve(name), text);
  }

  private List<HbaRule> read(String text) throws Exception {
    write("pool_hba.conf", text);
    return HbaRules.read(folder.resolve("pool_hba.conf")).rules();
  }
}
