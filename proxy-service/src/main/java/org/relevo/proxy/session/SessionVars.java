package org.relevo.proxy.session;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.freshness.SessionToken;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.StatementScan;

/// The settings of one client's session, whichever server connection has them.
///
/// A statement that may change settings makes them unknown; they are asked for at the end of its
/// transaction, because only the server knows what a rollback, a savepoint or a function has left.
///
/// Owner: event loop of the session.
final class SessionVars {
  private static final int SETTING = StatementScan.SETS | StatementScan.CUT;

  private final VarSet startup;
  private final SchemaChanges schema;
  private final String database;
  private VarSet wanted;
  private VarSet context;
  private Set<String> customNames = Set.of();
  private boolean dirty;
  private boolean namesDirty;
  private boolean definitionsChanged;
  private boolean rolesChanged;
  private boolean unknownSet;

  /// @param database that the session's changes of definitions are in
  SessionVars(VarSet startup, SchemaChanges schema, String database) {
    this.database = database;
    this.startup = startup;
    this.schema = schema;
    this.wanted = startup;
    this.context = ParseContext.of(startup);
  }

  /// What a server connection is to be given.
  VarSet wanted() {
    return wanted;
  }

  /// What a new statement's meaning depends on; null while that is not known.
  @Nullable VarSet parseContext() {
    return dirty ? null : context;
  }

  /// Whether the server has to be asked for the settings.
  boolean dirty() {
    return dirty;
  }

  SchemaChanges schema() {
    return schema;
  }

  /// Whether what names stand for may have changed too: by `search_path`, or by the role.
  boolean namesDirty() {
    return namesDirty;
  }

  /// A transaction has ended, and the client has not been told yet.
  ///
  /// @param last whether nothing else was sent
  void transactionEnded(boolean last) {
    if (last) {
      definitionsSettled();
    } else if (definitionsChanged) {
      schema.changed();
    }
  }

  /// The transaction that may have set something has been rolled back with its server.
  void takenBack() {
    dirty = false;
    namesDirty = false;
    unknownSet = false;
  }

  /// Nothing of this session can change a definition any more.
  void definitionsSettled() {
    if (definitionsChanged) {
      definitionsChanged = false;
      schema.ended(database);
    }
  }

  /// Whether what new sessions begin with may have changed since the last call.
  boolean takeRolesChanged() {
    boolean changed = rolesChanged;
    rolesChanged = false;
    return changed;
  }

  /// Whether something was set, since the last call, that cannot be asked for: a custom setting
  /// whose name no text has shown.
  boolean takeUnknownSet() {
    boolean unknown = unknownSet;
    unknownSet = false;
    return unknown;
  }

  /// A query string with these traits is on its way to the server.
  void passes(byte[] text, int length, int traits) {
    if ((traits & StatementScan.SETS) != 0) {
      CustomSettings.names(text, length).forEach(this::customName);
    }
    boolean names = namesDirty;
    passes(traits);
    namesDirty = names || ((traits & SETTING) != 0 && NamesSet.possible(text, length, traits));
  }

  /// A text with these traits is on its way to the server.
  void passes(int traits) {
    if (traits != 0) {
      boolean sets = (traits & SETTING) != 0;
      dirty |= sets;
      namesDirty |= sets;
      if ((traits & StatementScan.DDL) != 0) {
        defines();
      }
      unknownSet |= (traits & StatementScan.SETS_UNNAMED) != 0;
      rolesChanged |= (traits & StatementScan.SHARED_DDL) != 0;
    }
  }

  /// What is on its way to the server may change definitions.
  void defines() {
    if (!definitionsChanged) {
      definitionsChanged = true;
      schema.begins(database);
    }
  }

  /// The server has reported a change. Those that follow from something else are not settings.
  void reported(String name) {
    switch (name) {
      case "in_hot_standby", "is_superuser", "session_authorization", "server_version" -> {
        // not set by name
      }
      case "search_path" -> {
        dirty = true;
        namesDirty = true;
      }
      default -> dirty = true;
    }
  }

  void uses(SharedStatement statement) {
    byte[] text = statement.text();
    passes(text, text.length, statement.traits());
  }

  /// A custom setting's name: the server does not list these.
  void customName(String name) {
    if (name.equals(SessionToken.SETTING)) {
      return; // the session's own, which no other server connection needs
    }
    if (customNames.isEmpty()) {
      customNames = new HashSet<>();
    }
    customNames.add(name);
  }

  /// Custom settings that may have a value.
  Set<String> customNames() {
    Set<String> custom = new HashSet<>(customNames);
    wanted.values().keySet().stream().filter(name -> name.contains(".")).forEach(custom::add);
    return custom;
  }

  /// What the server says of the session. A setting that was reset has its start-up value again.
  ///
  /// @return what the server connection has been given
  VarSet found(List<Baggage.Setting> settings, LoopShard shard) {
    TreeMap<String, String> found = new TreeMap<>();
    settings.forEach(
        setting -> found.put(setting.name().toLowerCase(Locale.ROOT), setting.value()));
    VarSet given = shard.intern(VarSet.of(found));
    startup.values().forEach(found::putIfAbsent);
    wanted = shard.intern(VarSet.of(found));
    context = shard.intern(ParseContext.of(wanted));
    dirty = false;
    namesDirty = false;
    return given;
  }

  /// What a session carries that has asked for nothing yet.
  Baggage startupBaggage() {
    return new Baggage(
        wanted.values().entrySet().stream()
            .map(setting -> new Baggage.Setting(setting.getKey(), setting.getValue()))
            .toList(),
        List.of(),
        List.of(),
        true);
  }
}
