package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.freshness.SessionToken;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// The setting `relevo.session` of one client. SET goes to the server like that of any setting, and
/// the session takes the token; before SHOW goes there the server is told the token of this moment.
///
/// ```
/// SET  ── valid? ─no─> error 22023            SHOW ── position known? ─no─> waits, at most LIMIT
///            └──yes─> adopt, passes                     └──yes─> server: SET, then SHOW passes
/// ```
///
/// Owner: event loop of the session.
final class TokenDesk {
  /// Longest time that SHOW waits for the position of the session's last write.
  static final Duration LIMIT = Duration.ofSeconds(2);

  private static final int HEADER_BYTES = 5;

  private final Session session;
  private final Freshness freshness;
  private @Nullable TokenText ahead;
  private boolean prepared;
  private boolean waiting;
  private boolean waited;

  TokenDesk(Session session, Freshness freshness) {
    this.session = session;
    this.freshness = freshness;
  }

  /// The token of the start-up packet.
  ///
  /// @return why it cannot be used
  Optional<BackendError> begin() {
    String token = StartupSettings.token(session.startup());
    return token == null ? Optional.empty() : adopt(token).map(BackendError::asFatal);
  }

  private Optional<BackendError> adopt(String token) {
    return freshness
        .adopt(token)
        .map(why ->
            BackendError.of(
                "ERROR",
                "22023",
                "invalid value for parameter \"" + SessionToken.SETTING + "\": " + why));
  }

  /// Whether a message that would not be looked at may be about the setting. Its text is there.
  boolean ahead(byte tag, ByteBuf in, int at) {
    ahead = null;
    if (tag == Tags.BIND) {
      return prepared;
    }
    if (tag != Tags.QUERY && tag != Tags.PARSE) {
      return false;
    }
    int from = at + HEADER_BYTES;
    int end = Math.min(at + 1 + in.getInt(at + 1), in.writerIndex());
    if (tag == Tags.PARSE) {
      from = in.indexOf(from, end, (byte) 0) + 1;
    }
    int textEnd = from <= at ? -1 : in.indexOf(from, end, (byte) 0);
    ahead = textEnd < 0 ? null : TokenText.of(in, from, textEnd - from);
    return ahead != null;
  }

  /// What a plan that comes to the front does with the setting; null for nothing.
  @Nullable TokenText of(RoutePlan plan) {
    TokenText found = ahead;
    ahead = null;
    waited = false;
    for (int i = 0; i < plan.items.size(); i++) {
      StatementClass facts = plan.items.get(i).facts();
      TokenText of = facts == null ? null : TokenText.of(facts);
      found = of == null ? found : of;
    }
    prepared |= found != null && !plan.query;
    return found;
  }

  /// What must be done before the plan is routed, whose transaction has not failed.
  ///
  /// @param quiet whether everything before it is answered
  /// @return false when it must wait
  boolean prepare(RoutePlan plan, boolean quiet) {
    TokenText token = plan.token;
    if (token == null || plan.problem != null) {
      return true;
    }
    if (!quiet || waiting) {
      return false;
    }
    if (token.sets() != null) {
      plan.problem = adopt(token.sets()).orElse(null);
    }
    if (token.shows() && plan.problem == null) {
      Optional<String> shown = freshness.token();
      if (shown.isEmpty() && !waited) {
        waiting = true;
        freshness.whenSettled(LIMIT, session.loop(), this::goOn);
        return false;
      }
      plan.shown = shown.orElse(null);
      plan.problem = shown.isPresent() ? null : unknown();
    }
    plan.token = null;
    return true;
  }

  private static BackendError unknown() {
    return BackendError.of(
        "ERROR",
        "55000",
        "the position of this session's last write is not known, as the primary cannot be asked");
  }

  private void goOn() {
    waiting = false;
    waited = true;
    if (!session.closed()) {
      session.relay().drip();
      session.relay().flushServer();
    }
  }

  /// Whether the server of the lease has what the plan shows; tells it otherwise. Nothing is
  /// unanswered there.
  ///
  /// @param whenDone gets the server's error, or that it was lost
  boolean told(RoutePlan plan, Lease lease, Consumer<Optional<BackendError>> whenDone) {
    String token = plan.shown;
    if (token == null) {
      return true;
    }
    plan.shown = null;
    ServerConnection now = lease.lock();
    String sql = "SET " + SessionToken.SETTING + " = '" + token + "'";
    Errand.run(
        now,
        List.of(sql.getBytes(StandardCharsets.US_ASCII)),
        problem -> {
          if (lease.unlock(now)) {
            whenDone.accept(problem);
          }
        });
    return false;
  }
}
