package org.relevo.jmx.server;

import java.io.IOException;
import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import org.relevo.jmx.contract.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks user and password of a new connection. Each failure of a client host doubles the time its
/// next answer takes; hashing is bounded to two at once, so that guessing cannot starve the
/// service.
///
/// Owner: itself; every method may be called by any thread.
final class LoginCheck implements JMXAuthenticator {
  private static final Logger LOG = LoggerFactory.getLogger(LoginCheck.class);
  private static final int MAX_HOSTS = 1000;
  private static final int MAX_CHARS = 256;
  private static final int MAX_AT_ONCE = 2;
  private static final long MAX_WAIT_SECONDS = 20;
  static final Duration FIRST_DELAY = Duration.ofMillis(100);
  static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

  private final PasswordFile passwords;
  private final RefusalLog refusals;
  private final Semaphore hashing = new Semaphore(MAX_AT_ONCE, true);
  private final Map<String, Integer> failuresByHost =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MAX_HOSTS;
        }
      };

  LoginCheck(PasswordFile passwords, RefusalLog refusals) {
    this.passwords = passwords;
    this.refusals = refusals;
  }

  @Override
  public Subject authenticate(Object credentials) {
    String client = clientHost();
    if (!(credentials instanceof String[] pair)
        || pair.length != 2
        || pair[0] == null
        || pair[1] == null
        || pair[0].length() > MAX_CHARS
        || pair[1].length() > MAX_CHARS) {
      refusals.refused("no-password", client, "no user and password given");
      throw new SecurityException("Authentication failed: give a user and a password");
    }
    String user = pair[0];
    Optional<Role> role = check(user, pair[1], client);
    if (role.isEmpty()) {
      refusals.refused("wrong-password", client, "user " + user);
      throw new SecurityException(
          "Authentication failed: wrong user or password for \""
              + RefusalLog.clean(user, MAX_CHARS)
              + "\"");
    }
    Caller caller = new Caller(user, role.get(), client);
    LOG.info("jmx.login user={} role={} client={}", user, role.get(), client);
    return new Subject(
        true, Set.of(new JMXPrincipal(user), new CallerPrincipal(caller)), Set.of(), Set.of());
  }

  private Optional<Role> check(String user, String password, String client) {
    try {
      if (!hashing.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        refusals.refused("busy", client, "too many log-ins at once");
        throw new SecurityException("Authentication failed: too many log-ins at once, try again");
      }
      Optional<Role> role;
      try {
        role = passwords.check(user, password);
      } finally {
        hashing.release();
      }
      if (role.isPresent()) {
        forget(client);
      } else {
        Thread.sleep(nextDelay(client));
      }
      return role;
    } catch (IOException e) {
      LOG.error("jmx.users.unreadable problem=\"{}\"", e.getMessage());
      throw new SecurityException("Authentication failed: the service cannot read its users");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SecurityException("Authentication failed: the service is stopping");
    }
  }

  private synchronized void forget(String client) {
    failuresByHost.remove(client);
  }

  /// Counts a failure and says how long its answer waits.
  synchronized Duration nextDelay(String client) {
    int failures = failuresByHost.merge(client, 1, Integer::sum);
    long ms = FIRST_DELAY.toMillis() << Math.min(failures - 1, 10);
    return Duration.ofMillis(Math.min(ms, LONGEST_DELAY.toMillis()));
  }

  private static String clientHost() {
    try {
      return RemoteServer.getClientHost();
    } catch (ServerNotActiveException _) {
      // Only a test calls this outside of a connection.
      return "local";
    }
  }
}
