package org.relevo.proxy.auth.hba;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.relevo.proxy.auth.hba.HbaOptions.ClientCertificate;

/// Reads what follows the method of a rule.
///
/// Owner: the thread that reads the configuration.
final class HbaOptionsParser {
  private final HbaRule.Type type;
  private final HbaMethod method;
  private final Consumer<String> problems;
  private final LdapOptionsParser ldap;
  private ClientCertificate clientCertificate = ClientCertificate.NOT_ASKED;
  private Optional<String> map = Optional.empty();
  private boolean byDistinguishedName;
  private Optional<String> pamService = Optional.empty();
  private boolean pamHostName;
  private boolean bindingRequired;

  HbaOptionsParser(HbaRule.Type type, HbaMethod method, Consumer<String> problems) {
    this.type = type;
    this.method = method;
    this.problems = problems;
    this.ldap = new LdapOptionsParser(problems);
  }

  HbaOptions parse(List<List<HbaToken>> fields) {
    if (method == HbaMethod.CERT) {
      clientCertificate = ClientCertificate.VERIFY_FULL;
      if (type != HbaRule.Type.HOSTSSL) {
        problems.accept("method cert needs TLS; write hostssl instead of host");
      }
    }
    for (List<HbaToken> field : fields) {
      for (HbaToken token : field) {
        option(token.text());
      }
    }
    return new HbaOptions(
        clientCertificate,
        map,
        byDistinguishedName,
        pamService,
        pamHostName,
        method == HbaMethod.LDAP ? ldap.finish() : Optional.empty(),
        bindingRequired);
  }

  private void option(String text) {
    int equals = text.indexOf('=');
    if (equals < 0 && method == HbaMethod.PAM && pamService.isEmpty()) {
      pamService = Optional.of(text); // the form of old pgpool-II
      return;
    }
    if (equals <= 0) {
      problems.accept("option '" + text + "' is not of the form name=value");
      return;
    }
    String name = text.substring(0, equals);
    String value = text.substring(equals + 1);
    switch (name) {
      case "clientcert" -> clientCertificate(value);
      case "map" -> {
        onlyFor(name, method == HbaMethod.CERT || type == HbaRule.Type.HOSTSSL, "cert");
        map = Optional.of(value);
      }
      case "clientname" -> {
        onlyFor(name, type == HbaRule.Type.HOSTSSL, "certificates on hostssl lines");
        clientName(value);
      }
      case "pamservice" -> {
        onlyFor(name, method == HbaMethod.PAM, "pam");
        pamService = Optional.of(value);
      }
      case "pam_use_hostname" -> {
        onlyFor(name, method == HbaMethod.PAM, "pam");
        pamHostName = value.equals("1");
      }
      case "channel_binding" -> channelBinding(value);
      default -> {
        if (name.startsWith("ldap")) {
          onlyFor(name, method == HbaMethod.LDAP, "ldap");
          ldap.option(name, value);
        } else {
          problems.accept("'" + name + "' is no option of a rule");
        }
      }
    }
  }

  private void clientCertificate(String value) {
    if (type != HbaRule.Type.HOSTSSL) {
      problems.accept("clientcert needs TLS; write hostssl instead");
    }
    switch (value) {
      case "verify-full" -> clientCertificate = ClientCertificate.VERIFY_FULL;
      case "verify-ca" -> {
        if (method == HbaMethod.CERT) {
          problems.accept("method cert always checks the name; write clientcert=verify-full");
        }
        clientCertificate = ClientCertificate.VERIFY_CA;
      }
      default -> problems.accept("clientcert is verify-ca or verify-full, not '" + value + "'");
    }
  }

  private void clientName(String value) {
    switch (value) {
      case "CN" -> byDistinguishedName = false;
      case "DN" -> byDistinguishedName = true;
      default -> problems.accept("clientname is CN or DN, not '" + value + "'");
    }
  }

  private void channelBinding(String value) {
    if (!value.equals("require")) {
      problems.accept("channel_binding is require or left out, not '" + value + "'");
    } else if (type != HbaRule.Type.HOSTSSL || method != HbaMethod.SCRAM_SHA_256) {
      problems.accept("channel_binding needs TLS and SCRAM; write hostssl … scram-sha-256");
    } else {
      bindingRequired = true;
    }
  }

  private void onlyFor(String name, boolean fits, String what) {
    if (!fits) {
      problems.accept("option " + name + " is only for " + what + "; leave it out");
    }
  }
}
