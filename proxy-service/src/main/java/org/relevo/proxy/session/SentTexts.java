package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementScan;

/// The texts of a plan on their way to a server: what they change in the transaction, and whether
/// the session can leave the primary after them.
///
/// Owner: event loop of the session.
final class SentTexts {
  private static final int ANY_TRAITS =
      StatementScan.LISTENS | StatementScan.HOLDS | StatementScan.TEMPORARY;

  private final Session session;
  private final SessionRouter router;
  private final Leases leases;
  private final Block block;
  private final BlockState state;
  private final PlanReader reader;
  private final StatementCount count;
  private final CommitDesk commits;
  private @Nullable RoutePlan sent;
  private @Nullable SharedStatement bound;
  private boolean pinned;

  SentTexts(
      Session session,
      SessionRouter router,
      Leases leases,
      Block block,
      BlockState state,
      PlanReader reader) {
    this.session = session;
    this.router = router;
    this.leases = leases;
    this.block = block;
    this.state = state;
    this.reader = reader;
    this.count = new StatementCount(session, leases);
    this.commits = new CommitDesk(session, leases, block);
  }

  /// Whether the session stays on the primary.
  boolean pinned() {
    return pinned;
  }

  /// What follows is of this plan.
  ///
  /// @param plan null when it was not looked at
  void of(@Nullable RoutePlan plan) {
    sent = plan;
    count.begins();
    if (plan == null) {
      reader.forget();
    } else {
      commits.ahead(plan);
      if (plan.wrote) {
        calls(plan);
      }
    }
  }

  /// What a function runs is in no text: the definitions may be others afterwards.
  private void calls(RoutePlan plan) {
    for (int i = 0; i < plan.items.size(); i++) {
      StatementClass facts = plan.items.get(i).facts();
      if (facts != null && plan.items.get(i).runs() && router.defines(facts)) {
        leases.vars().defines();
      }
    }
  }

  /// A text is on its way.
  ///
  /// @param text the first so many bytes of it
  void passes(byte[] text, int length, int traits) {
    boolean cut = (traits & StatementScan.CUT) != 0;
    if ((traits & StatementScan.DOES) != 0 && (cut || router.definesByDo(text, length))) {
      leases.vars().defines();
    }
    if ((traits & ANY_TRAITS) != 0) {
      boolean stays = (traits & (StatementScan.LISTENS | StatementScan.HOLDS)) != 0;
      pinned |= stays || ((traits & StatementScan.TEMPORARY) != 0 && !temporariesKnown());
    }
  }

  /// Whether the names of all temporary relations of the plan could be remembered.
  private boolean temporariesKnown() {
    RoutePlan plan = sent;
    boolean named = false;
    boolean all = true;
    if (plan != null) {
      for (RoutePlan.Item item : plan.items) {
        StatementClass facts = item.facts();
        if (facts != null) {
          for (SqlStatement statement : facts.statements()) {
            for (QualifiedName relation : statement.writes()) {
              named = true;
              all &= state.madeTemporary(relation.name());
            }
          }
        }
      }
    }
    return named && all;
  }

  /// What a query string changes in the transaction when it succeeds.
  ///
  /// @param text the first so many bytes of it
  @Nullable Note queryNote(byte[] text, int length) {
    NodeTalk.tell(session, text, length);
    RoutePlan now = sent;
    StatementClass facts = now == null || now.items.isEmpty() ? null : now.items.getFirst().facts();
    Note entry =
        facts == null || !facts.single() || !RouteChoice.shapes(facts.first())
            ? null
            : new EntryNote(block, leases.current(), facts.first(), EntryNote.text(text, length));
    return now != null && now.query ? count.query(facts, text, length, entry) : entry;
  }

  /// The next Parse message of the batch has become this statement.
  void parses(SharedStatement statement) {
    StatementClass facts = reader.nextParsed();
    if (facts != null && statement.facts() == null) {
      statement.facts(facts);
    }
  }

  /// A statement is bound to the unnamed portal, or to another one.
  void binds(SharedStatement statement, boolean unnamedPortal) {
    passes(statement.text(), statement.text().length, statement.traits());
    NodeTalk.tell(session, statement.text(), statement.text().length);
    bound = unnamedPortal ? statement : null;
    count.binds(statement);
  }

  /// The server has sent an error.
  void failed() {
    count.failed();
  }

  /// What the next Execute changes in the transaction.
  @Nullable Note executeNote() {
    return count.execute(entryNote());
  }

  private @Nullable Note entryNote() {
    SharedStatement statement = bound;
    StatementClass facts = statement == null ? null : statement.facts();
    bound = null;
    if (statement == null
        || facts == null
        || !facts.single()
        || !RouteChoice.shapes(facts.first())) {
      return null;
    }
    byte[] text = statement.text();
    return new EntryNote(block, leases.current(), facts.first(), EntryNote.text(text, text.length));
  }
}
