package org.relevo.proxy.auth;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.auth.external.LdapCheck;
import org.relevo.proxy.auth.external.PamCheck;
import org.relevo.proxy.auth.hba.HbaFacts;
import org.relevo.proxy.auth.hba.HbaMethod;
import org.relevo.proxy.auth.hba.HbaOptions;
import org.relevo.proxy.auth.hba.HbaRequest;
import org.relevo.proxy.auth.hba.HbaRule;
import org.relevo.proxy.auth.hba.HbaRules;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.hba.LdapOptions;
import org.relevo.proxy.auth.hba.LocalNetwork;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A login under the rules of `pool_hba.conf`: finds out what the rules ask for, then lets the rule
/// that fits have its method.
///
/// Owner: the client's event loop.
final class RuleLogin {
  private static final Logger LOG = LoggerFactory.getLogger(RuleLogin.class);
  private static final String DEFAULT_PAM_SERVICE = "pgpool";

  private final Login login;
  private final HbaRules rules;
  private final IdentMap maps;
  private final RoleSecrets secrets;
  private final AuthTools tools;
  private final ClientFacts client;
  private final HbaRequest request;

  RuleLogin(Login login, HbaRules rules, IdentMap maps, RoleSecrets secrets, AuthTools tools) {
    this.login = login;
    this.rules = rules;
    this.maps = maps;
    this.secrets = secrets;
    this.tools = tools;
    this.client = login.client();
    this.request =
        new HbaRequest(
            address(client),
            client.tls().isPresent(),
            client.replication(),
            client.database(),
            client.user());
  }

  private static Optional<InetAddress> address(ClientFacts client) {
    return client.address() instanceof InetSocketAddress address
        ? Optional.ofNullable(address.getAddress())
        : Optional.empty();
  }

  void decide(HbaFacts facts) {
    switch (rules.decide(request, facts)) {
      case HbaRules.NoEntry _ -> login.refuse(LoginErrors.noEntry(request));
      case HbaRules.Apply(HbaRule rule) -> apply(rule, facts);
      case HbaRules.Ask(HbaFacts.Need need) -> {
        switch (need) {
          case MEMBERSHIPS ->
              login.when(
                  tools.source().memberships(client.user()),
                  found -> decide(facts.withMemberships(found)));
          case HOST_NAME ->
              login.when(
                  hostName(request.address().orElseThrow()),
                  found -> decide(facts.withHostName(found)));
          case NETWORKS ->
              login.when(
                  tools.waiting().run(LocalNetwork::all),
                  found -> decide(facts.withNetworks(found)));
        }
      }
    }
  }

  private CompletionStage<Optional<String>> hostName(InetAddress address) {
    return tools.waiting().run(() -> HostNames.confirmed(address));
  }

  private void apply(HbaRule rule, HbaFacts facts) {
    Runnable method = () -> method(rule);
    switch (rule.options().clientCertificate()) {
      case NOT_ASKED -> method.run();
      case VERIFY_CA -> {
        if (Certificates.shown(client)) {
          method.run();
        } else {
          login.refuse(LoginErrors.noCertificate());
        }
      }
      case VERIFY_FULL -> checkCertificate(rule, facts, method);
    }
  }

  private void checkCertificate(HbaRule rule, HbaFacts facts, Runnable next) {
    if (!Certificates.shown(client)) {
      login.refuse(LoginErrors.noCertificate());
      return;
    }
    HbaOptions options = rule.options();
    boolean ask =
        options.map().filter(maps::needsMemberships).isPresent()
            && !facts.known().contains(HbaFacts.Need.MEMBERSHIPS);
    if (ask) {
      login.when(
          tools.source().memberships(client.user()),
          found -> checkCertificate(rule, facts.withMemberships(found), next));
      return;
    }
    boolean allowed =
        Certificates.name(client, options.byDistinguishedName())
            .filter(name ->
                maps.allows(options.map(), name, client.user(), facts.memberships()::contains))
            .isPresent();
    if (!allowed) {
      login.failInTheEnd(wrongCertificate(rule.method()));
    }
    next.run();
  }

  /// PostgreSQL looks at the name last and says no more than that the method has failed.
  private BackendError wrongCertificate(HbaMethod method) {
    String user = client.user();
    return switch (method) {
      case CERT, REJECT -> LoginErrors.wrongCertificate(user);
      case PASSWORD, MD5, SCRAM_SHA_256 -> LoginErrors.wrongPassword(user);
      case LDAP -> LoginErrors.externalFailed("LDAP", user);
      case PAM -> LoginErrors.externalFailed("PAM", user);
      case TRUST -> LoginErrors.externalFailed("\"trust\"", user);
    };
  }

  private void method(HbaRule rule) {
    StoredLogin stored = new StoredLogin(login, secrets, rule.options().bindingRequired());
    switch (rule.method()) {
      case TRUST, CERT -> login.accept(secrets.listedCredentials(client.user()));
      case REJECT -> login.refuse(LoginErrors.rejected(request));
      case PASSWORD -> stored.clearText();
      case MD5 -> stored.md5();
      case SCRAM_SHA_256 -> stored.scram();
      case LDAP -> {
        LdapOptions options = rule.options().ldap().orElseThrow();
        external(
            "LDAP",
            password ->
                tools.waiting().run(() -> LdapCheck.check(options, client.user(), password)));
      }
      case PAM -> external("PAM", password -> pam(rule.options(), password));
    }
  }

  private interface Check {
    CompletionStage<Boolean> of(Secret password);
  }

  private CompletionStage<Boolean> pam(HbaOptions options, Secret password) {
    String service = options.pamService().orElse(DEFAULT_PAM_SERVICE);
    return tools
        .pam()
        .run(() -> {
          Optional<String> host = Optional.empty();
          if (request.address().isPresent()) {
            InetAddress address = request.address().get();
            host =
                Optional.of(
                    options.pamHostName()
                        ? HostNames.confirmed(address).orElse(address.getHostAddress())
                        : address.getHostAddress());
          }
          return PamCheck.load().check(service, client.user(), password, host);
        });
  }

  private void external(String kind, Check check) {
    String user = client.user();
    login.run(
        new PasswordExchange(
            login,
            BackendMessages.AUTH_CLEARTEXT,
            new byte[0],
            given -> {
              Secret password = new Secret(given);
              CompletionStage<Boolean> answer =
                  check
                      .of(password)
                      .exceptionally(problem -> {
                        LoginErrors.rethrowRejection(problem);
                        LOG.warn(
                            "auth.check_failed method={} reason=\"{}\"",
                            kind.toLowerCase(java.util.Locale.ROOT),
                            String.valueOf(problem.getMessage()));
                        return false;
                      });
              login.when(
                  answer,
                  right -> {
                    if (right) {
                      login.accept(
                          secrets.listedPassword(user).orElse(new Credentials.Password(password)));
                    } else {
                      login.refuse(LoginErrors.externalFailed(kind, user));
                    }
                  });
            }));
  }
}
