package org.relevo.proxy.freshness;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.Lsn;

/// What one session must see: its last acknowledged write, or the token that it brought along.
///
/// A token's position is not taken on trust. When it is adopted a sample is asked for as after a
/// write: that sample is past whatever anybody was acknowledged before, so it bounds any honest
/// token, also one of a former timeline. The token's own position is used where it is the lower
/// one.
///
/// Owner: the session's event loop.
public final class Watermark {
  private final Freshness freshness;
  private long mark = Mark.NONE;
  private @Nullable SessionToken token;

  public Watermark(Freshness freshness) {
    this.freshness = freshness;
  }

  /// A transaction that may have written is over, as the server's ReadyForQuery has told; also when
  /// the connection was lost and nobody knows how it ended.
  public void wrote() {
    mark = freshness.mark();
    token = null;
  }

  /// The session has set [SessionToken#SETTING].
  ///
  /// @param value "" takes back a token that was adopted before
  /// @throws SessionToken.Invalid saying why it cannot be used; nothing is changed
  public void adopt(String value) throws SessionToken.Invalid {
    boolean wroteItself = mark != Mark.NONE && token == null;
    if (value.isEmpty()) {
      if (!wroteItself) {
        mark = Mark.NONE;
        token = null;
      }
      return;
    }
    SessionToken given = SessionToken.parse(value);
    PrimaryEra era = freshness.positions().era();
    if (era != null && era.systemIdentifier() != given.systemIdentifier()) {
      throw new SessionToken.Invalid("it is of another cluster");
    }
    if (given.position().equals(Lsn.ZERO)) {
      return;
    }
    SessionToken former = token;
    mark = freshness.mark();
    token = wroteItself ? null : former == null ? given : higher(former, given);
  }

  /// What a session had to see it must see after another token too.
  ///
  /// @return null when they cannot be compared: the sample alone is the bound then
  private static @Nullable SessionToken higher(SessionToken former, SessionToken given) {
    if (former.timeline() != given.timeline()
        || former.systemIdentifier() != given.systemIdentifier()) {
      return null;
    }
    return former.position().compareTo(given.position()) > 0 ? former : given;
  }

  /// For [#token] and for reads that may wait; [Mark#NONE] when there is nothing to see.
  public long mark() {
    return mark;
  }

  /// @param now the same object whose view decides
  /// @return null when nothing was written, [Positions#UNSETTLED] while the position is not known
  public @Nullable Lsn mustHaveReplayed(Positions now) {
    return mark == Mark.NONE ? null : bound(now, mark, token);
  }

  /// What must be seen as of now.
  public Wanted wanted() {
    return new Wanted(mark, token);
  }

  /// What a session must see at one moment. Immutable.
  public static final class Wanted {
    private final long mark;
    private final @Nullable SessionToken token;

    private Wanted(long mark, @Nullable SessionToken token) {
      this.mark = mark;
      this.token = token;
    }

    /// Whether it need not see anything.
    public boolean nothing() {
      return mark == Mark.NONE;
    }

    /// @return [Positions#UNSETTLED] while the position is not known
    public Lsn bound(Positions now) {
      return Watermark.bound(now, mark, token);
    }
  }

  private static Lsn bound(Positions now, long mark, @Nullable SessionToken given) {
    Lsn settled = now.bound(mark);
    PrimaryEra era = now.era();
    if (given == null || era == null || era.confirmedEpoch() < Mark.epoch(mark)) {
      return settled;
    }
    if (given.systemIdentifier() != era.systemIdentifier()) {
      return settled;
    }
    if (given.timeline() > era.timeline()) {
      return Positions.UNSETTLED; // this service has not heard of that primary yet
    }
    boolean lower = given.timeline() == era.timeline() && given.position().compareTo(settled) < 0;
    return lower ? given.position() : settled;
  }

  /// The answer to `SHOW relevo.session`.
  ///
  /// @return empty while the position is not known; ask again after [Freshness#whenSettled]
  public Optional<SessionToken> token(Positions now) {
    PrimaryEra era = now.era();
    if (era == null) {
      return Optional.empty();
    }
    if (mark == Mark.NONE) {
      return Optional.of(new SessionToken(era.systemIdentifier(), 0, Lsn.ZERO));
    }
    Lsn bound = bound(now, mark, token);
    return bound.equals(Positions.UNSETTLED)
        ? Optional.empty()
        : Optional.of(new SessionToken(era.systemIdentifier(), era.timeline(), bound));
  }
}
