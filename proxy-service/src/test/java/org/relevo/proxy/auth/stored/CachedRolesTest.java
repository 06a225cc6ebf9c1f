package org.relevo.proxy.auth.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.config.Secret;

class CachedRolesTest {
  private static final StoredRole ANA = role("ana's");
  private static final StoredRole CHANGED = role("changed");

  private final ScriptedCatalog catalog = new ScriptedCatalog();
  private long now;
  private final CachedRoles cached = new CachedRoles(catalog, Duration.ofSeconds(10), () -> now);

  @Test
  void manyLoginsAskOnce() {
    CompletionStage<StoredRole> first = cached.role("ana", false);
    CompletionStage<StoredRole> second = cached.role("ana", true);
    assertThat(catalog.asked).hasSize(1);
    catalog.answer(ANA);
    assertThat(value(first)).isEqualTo(ANA);
    assertThat(value(second)).isEqualTo(ANA);
    assertThat(value(cached.role("ana", false))).isEqualTo(ANA);
    assertThat(catalog.asked).isEmpty();
  }

  @Test
  void youngEntriesAreUsedAndFreshOnesAskedFor() {
    remember(ANA);
    now += CachedRoles.YOUNG.toNanos() - 1;
    assertThat(value(cached.role("ana", false))).isEqualTo(ANA);
    CompletionStage<StoredRole> fresh = cached.role("ana", true);
    catalog.answer(CHANGED);
    assertThat(value(fresh)).isEqualTo(CHANGED);
    assertThat(value(cached.role("ana", false))).isEqualTo(CHANGED);
    now += CachedRoles.YOUNG.toNanos();
    var _ = cached.role("ana", false);
    assertThat(catalog.asked).hasSize(1);
  }

  @Test
  void olderEntriesHelpOutOnlyWhenNobodyCanBeAsked() {
    remember(ANA);
    now += Duration.ofSeconds(9).toNanos();
    CompletionStage<StoredRole> kept = cached.role("ana", false);
    catalog.fail();
    assertThat(value(kept)).isEqualTo(ANA);
    CompletionStage<StoredRole> fresh = cached.role("ana", true);
    catalog.fail();
    assertThatThrownBy(() -> value(fresh)).hasRootCauseMessage("no primary");
    now += Duration.ofSeconds(1).toNanos();
    CompletionStage<StoredRole> tooOld = cached.role("ana", false);
    catalog.fail();
    assertThatThrownBy(() -> value(tooOld)).hasRootCauseMessage("no primary");
  }

  @Test
  void madeUpNamesDoNotDriveKnownOnesOut() {
    remember(ANA);
    for (int i = 0; i < 20_000; i++) {
      var _ = cached.role("x" + i, false);
      catalog.answer(StoredRole.UNKNOWN);
    }
    assertThat(value(cached.role("ana", false))).isEqualTo(ANA);
    assertThat(catalog.asked).isEmpty();
    var _ = cached.role("x0", false);
    assertThat(catalog.asked).hasSize(1);
  }

  @Test
  void forgottenEntriesAreAskedForAgain() {
    remember(ANA);
    cached.forget();
    var _ = cached.role("ana", false);
    assertThat(catalog.asked).hasSize(1);
  }

  @Test
  void zeroRemembersNothing() {
    CachedRoles nothing = new CachedRoles(catalog, Duration.ZERO, () -> now);
    var _ = nothing.role("ana", false);
    catalog.answer(ANA);
    var _ = nothing.role("ana", false);
    assertThat(catalog.asked).hasSize(1);
  }

  private void remember(StoredRole role) {
    var _ = cached.role("ana", false);
    catalog.answer(role);
  }

  private static <T> T value(CompletionStage<T> stage) {
    assertThat(stage.toCompletableFuture()).isDone();
    return stage.toCompletableFuture().join();
  }

  private static StoredRole role(String password) {
    return new StoredRole(
        Optional.of(new StoredPassword.Plain(new Secret(password))), Optional.empty(), true);
  }

  /// Answers when the test says so.
  private static final class ScriptedCatalog implements RoleCatalog {
    final List<CompletableFuture<StoredRole>> asked = new ArrayList<>();

    void answer(StoredRole role) {
      asked.removeFirst().complete(role);
    }

    void fail() {
      asked.removeFirst().completeExceptionally(new IllegalStateException("no primary"));
    }

    @Override
    public CompletionStage<StoredRole> role(String name) {
      CompletableFuture<StoredRole> answer = new CompletableFuture<>();
      asked.add(answer);
      return answer;
    }

    @Override
    public CompletionStage<Set<String>> memberships(String name) {
      return CompletableFuture.completedFuture(Set.of(name));
    }
  }
}
