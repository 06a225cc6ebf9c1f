package org.relevo.proxy.auth.hba;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.relevo.proxy.config.ConfigException;

/// The rules of a `pool_hba.conf`. The first that fits a client decides, whatever comes of it.
public record HbaRules(List<HbaRule> rules) {
  /// Lets everybody in.
  public static final HbaRules TRUST =
      new HbaRules(List.of(trust(HbaRule.Type.LOCAL), trust(HbaRule.Type.HOST)));

  public HbaRules {
    rules = List.copyOf(rules);
  }

  /// @throws ConfigException with everything that is wrong with the file
  public static HbaRules read(Path file) throws ConfigException {
    return HbaParser.read(file);
  }

  private static HbaRule trust(HbaRule.Type type) {
    return new HbaRule(
        "built in",
        type,
        List.of(new NamePattern.All(), new NamePattern.Replication()),
        List.of(new NamePattern.All()),
        new AddressPattern.Any(),
        HbaMethod.TRUST,
        HbaOptions.NONE);
  }

  /// What is to become of a client.
  public sealed interface Decision {}

  public record Apply(HbaRule rule) implements Decision {}

  public record NoEntry() implements Decision {}

  /// Ask again when this is known.
  public record Ask(HbaFacts.Need need) implements Decision {}

  /// Whether the service must ask clients on TLS for certificates.
  public boolean wantsClientCertificates() {
    return rules.stream()
        .anyMatch(rule ->
            rule.method() == HbaMethod.CERT
                || rule.options().clientCertificate() != HbaOptions.ClientCertificate.NOT_ASKED);
  }

  /// Decides by values alone.
  public Decision decide(HbaRequest request, HbaFacts facts) {
    for (HbaRule rule : rules) {
      if (!fitsType(rule.type(), request)) {
        continue;
      }
      Optional<HbaFacts.Need> missing = missingForAddress(rule.address(), facts);
      if (missing.isPresent()) {
        return new Ask(missing.get());
      }
      if (!fitsAddress(rule.address(), request, facts)) {
        continue;
      }
      if (fitsNames(rule, request, facts.memberships()::contains)) {
        return new Apply(rule);
      }
      if (!facts.known().contains(HbaFacts.Need.MEMBERSHIPS)
          && fitsNames(rule, request, _ -> true)) {
        return new Ask(HbaFacts.Need.MEMBERSHIPS);
      }
    }
    return new NoEntry();
  }

  private static boolean fitsType(HbaRule.Type type, HbaRequest request) {
    boolean local = request.address().isEmpty();
    return switch (type) {
      case LOCAL -> local;
      case HOST, HOSTNOGSSENC -> !local;
      case HOSTSSL -> !local && request.tls();
      case HOSTNOSSL -> !local && !request.tls();
      case HOSTGSSENC -> false;
    };
  }

  private static Optional<HbaFacts.Need> missingForAddress(AddressPattern address, HbaFacts facts) {
    Optional<HbaFacts.Need> need =
        switch (address) {
          case AddressPattern.HostName _, AddressPattern.HostSuffix _ ->
              Optional.of(HbaFacts.Need.HOST_NAME);
          case AddressPattern.SameHost _, AddressPattern.SameNet _ ->
              Optional.of(HbaFacts.Need.NETWORKS);
          case AddressPattern.Any _, AddressPattern.Network _ -> Optional.empty();
        };
    return need.filter(wanted -> !facts.known().contains(wanted));
  }

  private static boolean fitsAddress(AddressPattern address, HbaRequest request, HbaFacts facts) {
    Optional<InetAddress> client = request.address();
    return client.isEmpty() || address.matches(client.get(), facts);
  }

  private static boolean fitsNames(HbaRule rule, HbaRequest request, Predicate<String> isMemberOf) {
    String user = request.user();
    boolean database =
        request.replication()
            ? rule.databases().stream().anyMatch(NamePattern.Replication.class::isInstance)
            : rule.databases().stream()
                .anyMatch(name -> name.matchesDatabase(request.database(), user, isMemberOf));
    return database && rule.users().stream().anyMatch(name -> name.matchesUser(user, isMemberOf));
  }
}
