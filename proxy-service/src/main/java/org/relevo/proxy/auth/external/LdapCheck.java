package org.relevo.proxy.auth.external;

import java.io.IOException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.naming.AuthenticationException;
import javax.naming.Context;
import javax.naming.InvalidNameException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.PartialResultException;
import javax.naming.SizeLimitExceededException;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import org.relevo.proxy.auth.hba.LdapOptions;
import org.relevo.proxy.config.Secret;

/// Checks passwords at LDAP servers, as PostgreSQL does: by a bind with a name made of the user's,
/// or by a search for the user's entry and a bind with its name.
///
/// Blocks, within time limits. Certificates of `ldaps` and `ldaptls` are verified against those
/// that Java trusts.
public final class LdapCheck {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final String USER_MARK = "$username";

  private LdapCheck() {}

  /// @return whether the password is the user's
  /// @throws CheckFailed when no server could be asked
  public static boolean check(LdapOptions options, String user, Secret password)
      throws CheckFailed {
    if (password.isEmpty()) {
      return false; // to LDAP that would be a login of nobody, which always succeeds
    }
    try {
      Optional<String> name =
          options.search().isPresent()
              ? find(options, options.search().get(), user)
              : Optional.of(simpleName(options, user));
      return name.isPresent() && binds(options, name.get(), password);
    } catch (NamingException | IOException e) {
      throw new CheckFailed("LDAP server " + options.servers() + ": " + e.getMessage(), e);
    }
  }

  /// The user's name can leave its place neither in a distinguished name nor in a filter.
  private static String simpleName(LdapOptions options, String user) {
    boolean distinguished = options.prefix().contains("=") || options.suffix().contains("=");
    String name = distinguished ? Rdn.escapeValue(user) : user;
    return options.prefix() + name + options.suffix();
  }

  static String escapeForFilter(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '*' -> out.append("\\2a");
        case '(' -> out.append("\\28");
        case ')' -> out.append("\\29");
        case '\\' -> out.append("\\5c");
        case '\0' -> out.append("\\00");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /// @return the entry's name; empty when there is none or more than one
  // No attribute and no object is asked for, so there is nothing that could be deserialized.
  @SuppressWarnings("BanJNDI")
  private static Optional<String> find(LdapOptions options, LdapOptions.Search search, String user)
      throws NamingException, IOException {
    try (Connection connection = Connection.open(options)) {
      connection.bind(search.bindDn(), search.bindPassword());
      SearchControls controls = new SearchControls();
      controls.setSearchScope(
          switch (search.scope()) {
            case BASE -> SearchControls.OBJECT_SCOPE;
            case ONE_LEVEL -> SearchControls.ONELEVEL_SCOPE;
            case SUBTREE -> SearchControls.SUBTREE_SCOPE;
          });
      controls.setReturningAttributes(new String[0]);
      controls.setCountLimit(2);
      controls.setTimeLimit(Math.toIntExact(ANSWER_LIMIT.toMillis()));
      String filter = search.filter().replace(USER_MARK, escapeForFilter(user));
      return onlyOne(connection.context.search(new LdapName(search.baseDn()), filter, controls));
    }
  }

  private static Optional<String> onlyOne(NamingEnumeration<SearchResult> results)
      throws NamingException {
    Optional<String> found = Optional.empty();
    try {
      while (results.hasMore()) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(results.next().getNameInNamespace());
      }
    } catch (PartialResultException _) {
      return found; // the rest would be at another server; PostgreSQL does not go there either
    } catch (SizeLimitExceededException _) {
      return Optional.empty();
    } finally {
      results.close();
    }
    return found;
  }

  private static boolean binds(LdapOptions options, String name, Secret password)
      throws NamingException, IOException {
    try (Connection connection = Connection.open(options)) {
      connection.bind(name, password);
      return true;
    } catch (AuthenticationException | NameNotFoundException | InvalidNameException _) {
      return false;
    }
  }

  /// Owner: the thread that checks.
  private static final class Connection implements AutoCloseable {
    private final LdapContext context;
    private final Optional<StartTlsResponse> tls;

    private Connection(LdapContext context, Optional<StartTlsResponse> tls) {
      this.context = context;
      this.tls = tls;
    }

    // JNDI takes nothing but a Hashtable.
    @SuppressWarnings("JdkObsolete")
    static Connection open(LdapOptions options) throws NamingException, IOException {
      Hashtable<String, Object> environment = new Hashtable<>();
      environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
      environment.put(Context.PROVIDER_URL, urls(options));
      environment.put(Context.SECURITY_AUTHENTICATION, "none");
      environment.put(Context.REFERRAL, "ignore");
      // Nothing is sent before our own bind.
      environment.put("java.naming.ldap.version", "3");
      environment.put(
          "com.sun.jndi.ldap.connect.timeout", String.valueOf(CONNECT_LIMIT.toMillis()));
      environment.put("com.sun.jndi.ldap.read.timeout", String.valueOf(ANSWER_LIMIT.toMillis()));
      LdapContext context = new InitialLdapContext(environment, null);
      if (!options.startTls()) {
        return new Connection(context, Optional.empty());
      }
      try {
        StartTlsResponse tls = (StartTlsResponse) context.extendedOperation(new StartTlsRequest());
        tls.negotiate();
        return new Connection(context, Optional.of(tls));
      } catch (NamingException | IOException e) {
        context.close();
        throw e;
      }
    }

    private static String urls(LdapOptions options) {
      return options.servers().stream()
          .map(host -> host.contains(":") ? "[" + host + "]" : host)
          .map(host -> (options.secure() ? "ldaps://" : "ldap://") + host + ":" + options.port())
          .collect(Collectors.joining(" "));
    }

    /// @param name "" for nobody
    void bind(String name, Secret password) throws NamingException {
      if (name.isEmpty()) {
        return;
      }
      context.addToEnvironment(Context.SECURITY_AUTHENTICATION, "simple");
      context.addToEnvironment(Context.SECURITY_PRINCIPAL, name);
      context.addToEnvironment(Context.SECURITY_CREDENTIALS, password.value());
      context.reconnect(null);
    }

    @Override
    public void close() throws NamingException, IOException {
      try {
        if (tls.isPresent()) {
          tls.get().close();
        }
      } finally {
        context.close();
      }
    }
  }
}
