package org.relevo.proxy.session;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.routing.SessionDefaults;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;

/// What a router is told of a session, at one point of the messages that are being looked at: a
/// batch may begin a transaction for its own next statement.
///
/// Owner: event loop of the session.
final class BlockState implements SessionState {
  private static final int MAX_TEMPORARY = 1000;

  private final Session session;
  private final Leases leases;
  private final Block block;
  private final SessionRouter router;
  private final Freshness freshness;
  private final Set<String> temporary = new HashSet<>(0);
  private boolean open;
  private boolean wrote;
  private boolean readOnly;
  private boolean touched;
  private boolean missed;
  private boolean blockSetNames;
  private Isolation isolation = Isolation.READ_COMMITTED;
  private boolean sessionWrote;
  private boolean unmarked;

  // Read from sets of settings that are the same for long.
  private VarSet wanted = VarSet.EMPTY;
  private VarSet told = VarSet.EMPTY;
  private @Nullable Isolation setIsolation;
  private @Nullable Boolean setReadOnly;
  private Optional<String> role = Optional.empty();
  private Optional<String> searchPath = Optional.empty();
  private @Nullable BackendId sessionNode;

  /// Where the balanced reads of the transaction go.
  private @Nullable BackendId readsOn;

  BlockState(Session session, Leases leases, Block block, SessionRouter router) {
    this.session = session;
    this.leases = leases;
    this.block = block;
    this.router = router;
    this.freshness = router.freshness();
  }

  // ------------------------------------------------------------------ looking ahead

  /// From what has been sent.
  void start() {
    if (!block.open()) {
      readsOn = null;
    }
    touched = false;
    missed = false;
    blockSetNames &= block.open();
    open = block.open();
    wrote = block.wrote();
    if (open) {
      readOnly = block.readOnly();
      isolation = block.isolation();
    } else {
      defaults();
    }
  }

  void begins(SqlStatement statement) {
    open = true;
    wrote = false;
    defaults();
    modes(statement);
  }

  void ends() {
    open = false;
    wrote = false;
    defaults();
  }

  /// SET TRANSACTION and its like.
  void modes(SqlStatement statement) {
    for (SettingChange change : statement.settings()) {
      switch (change.name()) {
        case "transaction_isolation" -> isolation = SessionDefaults.isolation(change.value());
        case "transaction_read_only" -> readOnly = SessionDefaults.isOn(change.value());
        default -> {
          // says nothing about where it may run
        }
      }
    }
  }

  void writes() {
    wrote = true;
  }

  /// A setting is changed by what is looked at.
  void sets(SqlStatement statement) {
    touched |= statement.settings().isEmpty();
    for (SettingChange change : statement.settings()) {
      touched |= NamesSet.by(change.name());
    }
  }

  /// Whether something was not answered for want of the session's settings.
  boolean missesSettings() {
    return missed;
  }

  boolean looksOpen() {
    return open;
  }

  /// Whether its statements see one snapshot, or nothing may be written.
  boolean staysWhereItIs() {
    return open && (readOnly || isolation != Isolation.READ_COMMITTED);
  }

  /// Whether a transaction that stays where it is might ask for the session's temporary relations
  /// later on, which the primary alone has. Sessions of the other modes keep none for it.
  boolean mayMissTemporary() {
    return !temporary.isEmpty() && leases.kept() && staysWhereItIs();
  }

  /// What was looked at is on its way.
  void sent(boolean wroteSomething) {
    block.state(wrote, readOnly, isolation);
    blockSetNames |= touched; // nobody asks for what SET LOCAL has set
    if (wroteSomething) {
      sessionWrote = true;
      unmarked = true;
    }
  }

  /// Something that was not looked at is on its way.
  void sentUnseen() {
    sessionWrote = true;
    unmarked = true;
  }

  private void defaults() {
    readSettings();
    isolation = setIsolation == null ? router.begins().isolation() : setIsolation;
    readOnly = setReadOnly == null ? router.begins().readOnly() : setReadOnly;
  }

  @SuppressWarnings("ReferenceEquality") // the same most of the time, and cheap to read anew
  private void readSettings() {
    VarSet now = leases.vars().wanted();
    boolean changed = now != wanted;
    if (changed) {
      wanted = now;
      String level = now.values().get("default_transaction_isolation");
      setIsolation = level == null ? null : SessionDefaults.isolation(level);
      String named = now.values().get("role");
      role = named == null || named.equals("none") ? Optional.empty() : Optional.of(named);
      searchPath = Optional.ofNullable(now.values().get("search_path"));
    }
    VarSet heard = session.relay().output().told();
    if (heard != told || changed) {
      told = heard;
      String name = "default_transaction_read_only"; // servers before 14 do not report it
      String value = heard.values().getOrDefault(name, wanted.values().get(name));
      setReadOnly = value == null ? null : SessionDefaults.isOn(value);
    }
  }

  // ------------------------------------------------------------------ what happened

  /// ReadyForQuery has come, or stands for one: writes that it ends have been acknowledged.
  ///
  /// @param ended whether a transaction is over
  /// @param quiet whether nothing else was sent
  void ready(boolean ended, boolean quiet) {
    if (unmarked && ended) {
      freshness.wrote();
      unmarked = !quiet;
    }
  }

  /// A read that may run on any node goes to this one.
  void balancedTo(BackendId node) {
    sessionNode = node;
    readsOn = node;
  }

  /// @return false when there are too many to remember
  boolean madeTemporary(String relation) {
    temporary.add(relation);
    return temporary.size() <= MAX_TEMPORARY;
  }

  // ------------------------------------------------------------------ for the router

  @Override
  public String database() {
    return session.startup().database();
  }

  @Override
  public String user() {
    return session.startup().user();
  }

  @Override
  public String applicationName() {
    return leases.vars().wanted().values().getOrDefault("application_name", "");
  }

  @Override
  public boolean inTransaction() {
    return open;
  }

  @Override
  public boolean failed() {
    return block.failedHere() || (block.open() && leases.current().block().failed());
  }

  @Override
  public Isolation isolation() {
    return isolation;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean transactionWrote() {
    return wrote;
  }

  @Override
  public boolean sessionWrote() {
    return sessionWrote || wrote;
  }

  @Override
  public boolean wroteTo(QualifiedName relation) {
    return block.wroteTo(relation.name());
  }

  @Override
  public boolean hasTemporary(QualifiedName relation) {
    return temporary.contains(relation.name());
  }

  @Override
  public @Nullable BackendId boundTo() {
    Lease bound = block.bound();
    return bound == null ? null : node(bound);
  }

  private @Nullable BackendId node(Lease lease) {
    ServerConnection server = lease.connection();
    return server != null
        ? server.node().id()
        : session.primary().map(NodeView::id).orElse(lease.node());
  }

  @Override
  public @Nullable BackendId transactionNode() {
    return open ? readsOn : null;
  }

  @Override
  public @Nullable BackendId sessionNode() {
    return sessionNode;
  }

  @Override
  public Optional<BackendId> placeOf(String name) {
    Lease lease = block.cursor(name);
    return lease == null ? Optional.empty() : Optional.ofNullable(node(lease));
  }

  @Override
  public boolean settingsKnown() {
    boolean unknown = leases.vars().namesDirty();
    missed |= unknown;
    return !touched && !unknown && !(blockSetNames && open);
  }

  @Override
  public Optional<String> role() {
    readSettings();
    return role;
  }

  @Override
  public Optional<String> searchPath() {
    readSettings();
    return searchPath;
  }

  @Override
  public @Nullable Lsn mustHaveReplayed() {
    if (unmarked && !block.open()) {
      return new Lsn(-1); // unsigned: nobody has
    }
    return freshness.bound();
  }
}
