package org.relevo.proxy.testkit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;

/// A session whose state a test sets word by word:
///
/// ```text
/// tx failed ro rr serializable wrote wrote=t sessionwrote blockwrote called=f temp=t
/// bound=1 at=1 session=1 cursor=c:1 pid=77:1 must=1000 must=unknown user=u db=d app=a
/// ```
///
/// Owner: the test's thread.
public final class FakeSession implements SessionState {
  private final Set<String> words = new HashSet<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, SqlStatement> prepared = new HashMap<>();

  public static FakeSession of(String text) {
    FakeSession session = new FakeSession();
    for (String word : text.strip().split(" +", -1)) {
      session.set(word);
    }
    return session;
  }

  public FakeSession set(String word) {
    String[] pair = word.split("=", 2);
    words.add(pair[0]);
    if (pair.length == 2) {
      values.merge(pair[0], pair[1], (before, after) -> before + "," + after);
    }
    return this;
  }

  public FakeSession forget(String word) {
    words.remove(word);
    values.remove(word);
    return this;
  }

  public FakeSession prepare(String name, SqlStatement statement) {
    prepared.put(name, statement);
    return this;
  }

  private boolean has(String word) {
    return words.contains(word);
  }

  private @Nullable BackendId node(String word) {
    String value = values.get(word);
    return value == null ? null : new BackendId(Integer.parseInt(value));
  }

  /// A name without schema is that of any schema.
  private boolean lists(String word, QualifiedName name) {
    String list = values.get(word);
    if (list == null) {
      return false;
    }
    for (String each : list.split(",", -1)) {
      QualifiedName listed = Facts.name(each);
      if (listed.name().equals(name.name())
          && (!listed.qualified() || !name.qualified() || listed.equals(name))) {
        return true;
      }
    }
    return false;
  }

  private Optional<BackendId> place(String word, String name) {
    for (String each : values.getOrDefault(word, "").split(",", -1)) {
      String[] pair = each.split(":", 2);
      if (pair[0].equals(name) && pair.length == 2) {
        return Optional.of(new BackendId(Integer.parseInt(pair[1])));
      }
    }
    return Optional.empty();
  }

  @Override
  public String database() {
    return values.getOrDefault("db", "shop");
  }

  @Override
  public String user() {
    return values.getOrDefault("user", "app");
  }

  @Override
  public String applicationName() {
    return values.getOrDefault("app", "");
  }

  @Override
  public boolean inTransaction() {
    return has("tx");
  }

  @Override
  public boolean failed() {
    return has("failed");
  }

  @Override
  public Isolation isolation() {
    return has("serializable")
        ? Isolation.SERIALIZABLE
        : has("rr") ? Isolation.REPEATABLE_READ : Isolation.READ_COMMITTED;
  }

  @Override
  public boolean readOnly() {
    return has("ro");
  }

  @Override
  public boolean transactionWrote() {
    return has("wrote");
  }

  @Override
  public boolean sessionWrote() {
    return has("wrote") || has("sessionwrote") || has("blockwrote");
  }

  @Override
  public boolean transactionsWrote() {
    return has("wrote") || has("blockwrote");
  }

  @Override
  public boolean wroteTo(QualifiedName relation) {
    return has("wrote") && (!values.containsKey("wrote") || lists("wrote", relation));
  }

  @Override
  public boolean called(QualifiedName function) {
    return lists("called", function);
  }

  @Override
  public boolean hasTemporary(QualifiedName relation) {
    return lists("temp", relation);
  }

  @Override
  public @Nullable BackendId boundTo() {
    return node("bound");
  }

  @Override
  public @Nullable BackendId transactionNode() {
    return node("at");
  }

  @Override
  public @Nullable BackendId sessionNode() {
    return node("session");
  }

  @Override
  public Optional<BackendId> placeOf(String name) {
    return place("cursor", name);
  }

  @Override
  public @Nullable SqlStatement prepared(String name) {
    return prepared.get(name);
  }

  @Override
  public @Nullable BackendId nodeOfProcess(int processId) {
    return place("pid", Integer.toString(processId)).orElse(null);
  }

  @Override
  public @Nullable Lsn mustHaveReplayed() {
    String must = values.get("must");
    return must == null
        ? null
        : must.equals("unknown") ? new Lsn(-1L) : new Lsn(Long.parseLong(must));
  }
}
