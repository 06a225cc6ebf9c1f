package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.relevo.proxy.catalog.CatalogLab.effect;
import static org.relevo.proxy.catalog.CatalogLab.kind;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.jmx.contract.CatalogState;
import org.relevo.jmx.contract.CatalogStatus;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FixedViews;

/// When what was read is believed.
class CatalogsTest {
  private static final String DATABASE = "app";

  private final FakeSource source = new FakeSource();
  private final FixedViews views = new FixedViews(1);
  private Catalogs catalogs = new Catalogs(views, source, settings(3600_000, 3600_000));

  private static CatalogSettings settings(long periodMs, long idleMs) {
    return new CatalogSettings(Duration.ofMillis(periodMs), 100, Duration.ofMillis(idleMs));
  }

  private void with(CatalogSettings settings) {
    catalogs.close();
    catalogs = new Catalogs(views, source, settings);
  }

  private Catalog catalog() {
    return catalogs.of(DATABASE, "app", Optional.of("public"));
  }

  private CatalogStatus status() {
    return catalogs.bean().getDatabases().stream()
        .findFirst()
        .orElse(CatalogStatus.empty(DATABASE));
  }

  private static void filled(Catalog catalog) {
    Await.until("filled", () -> catalog.unnamed() == Effect.READS);
  }

  @AfterEach
  void close() {
    catalogs.close();
    Await.until("connections are closed", () -> source.opened.get() == source.closed.get());
  }

  @Test
  void nothingIsReadBeforeItIsAskedFor() {
    source.gate = new Semaphore(0);
    assertThat(source.opened).hasValue(0);
    Catalog catalog = catalog();
    assertThat(source.opened).hasValue(0);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);
    assertThat(effect(catalog, "pg_catalog.lower", 1)).isEqualTo(Effect.UNKNOWN);
    assertThat(kind(catalog, "pg_catalog.pg_class")).isEqualTo(RelationKind.SYSTEM);
    assertThat(status().state()).isEqualTo(CatalogState.EMPTY);
    source.gate.release();
    filled(catalog);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
    assertThat(status().state()).isEqualTo(CatalogState.FILLED);
  }

  /// A load that began before a change tells what was before it.
  @Test
  void whatWasReadBeforeAChangeIsNotBelieved() {
    Semaphore gate = new Semaphore(0);
    source.gate = gate;
    Catalog catalog = catalog();
    assertThat(catalog.unnamed()).isEqualTo(Effect.UNKNOWN);
    Await.until("a load is under way", () -> source.loads.get() == 1);
    catalogs.changing(DATABASE);
    source.definitions = new FakeSource.Definitions("2", true);
    catalogs.changed(DATABASE);
    gate.release();
    Await.until("another load is under way", () -> source.loads.get() == 2);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);
    assertThat(effect(catalog, "pg_catalog.lower", 1)).isEqualTo(Effect.READS);
    gate.release();
    filled(catalog);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.WRITING_VIEW);
    assertThat(effect(catalog, "f", 1)).isEqualTo(Effect.WRITES);
  }

  @Test
  void nothingIsBelievedWhileAChangeIsUnderWay() {
    Catalog catalog = catalog();
    filled(catalog);
    catalogs.changing(DATABASE);
    catalogs.changing(DATABASE);
    catalogs.changed(DATABASE);
    catalogs.bean().refresh(DATABASE);
    Await.until("read in the meantime", () -> source.loads.get() >= 2);
    assertThat(catalog.unnamed()).isEqualTo(Effect.UNKNOWN);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);
    assertThat(kind(catalog, "pg_class")).isEqualTo(RelationKind.SYSTEM);
    catalogs.changed(DATABASE);
    filled(catalog);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
  }

  /// A change that changed nothing costs a look, not a reading.
  @Test
  void anEqualFingerprintProvesWhatIsKept() {
    Catalog catalog = catalog();
    filled(catalog);
    for (int i = 0; i < 5; i++) {
      catalogs.changing(DATABASE);
      catalogs.changed(DATABASE);
      filled(catalog);
    }
    assertThat(source.loads).hasValue(1);
    assertThat(source.looks.get()).isGreaterThanOrEqualTo(5);
  }

  private static boolean defines(Catalog catalog, String function) {
    return catalog.defines(CatalogLab.call(function, 1));
  }

  /// A call is over that was taken for a change of definitions.
  private void looked(Catalog catalog) {
    catalogs.changing(DATABASE);
    catalogs.changed(DATABASE);
    filled(catalog);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maker", "unheard_of"})
  void aCallThatNeverChangesAnythingIsBelievedInTheEnd(String function) {
    Catalog catalog = catalog();
    filled(catalog);
    for (int i = 0; i < Suspicions.MOST; i++) {
      assertThat(defines(catalog, function)).as("call " + i).isTrue();
      assertThat(defines(catalog, function)).as("at the same time").isTrue();
      looked(catalog);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(defines(catalog, function)).isFalse();
      looked(catalog);
    }
    source.definitions = new FakeSource.Definitions("2", false);
    looked(catalog);
    assertThat(defines(catalog, function)).as("another catalog").isTrue();
  }

  @Test
  void nothingIsSuspectedBeforeTheCatalogIsKnown() {
    source.gate = new Semaphore(0);
    Catalog catalog = catalog();
    assertThat(defines(catalog, "maker")).isFalse();
    assertThat(defines(catalog, "lower")).isFalse();
    source.gate.release();
    filled(catalog);
    assertThat(defines(catalog, "maker")).isTrue();
    assertThat(defines(catalog, "lower")).isFalse();
    assertThat(defines(catalog, "f")).isFalse();
  }

  @Test
  void ofDoTheWordsTell() {
    Catalog catalog = catalog();
    filled(catalog);
    assertThat(catalog.defines("DO 'BEGIN UPDATE t SET a = lower(a) WHERE f(1); END'")).isFalse();
    assertThat(catalog.defines("DO $$BEGIN PERFORM maker (1); END$$")).isTrue();
    assertThat(catalog.defines("DO 'BEGIN ALTER TABLE t ADD b int; END'")).isTrue();
    assertThat(catalog.defines("DO 'BEGIN CREATE TEMP TABLE t (a int); END'")).isFalse();
  }

  @Test
  void changesPastTheServiceAreFoundByLooking() {
    with(settings(20, 3600_000));
    Catalog catalog = catalog();
    filled(catalog);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
    source.definitions = new FakeSource.Definitions("2", true);
    Await.until("found", () -> kind(catalog, "v") == RelationKind.WRITING_VIEW);
  }

  @Test
  void aStandbyDoesNotProveThatAChangeIsKnown() {
    Catalog catalog = catalog();
    filled(catalog);
    source.primary = false;
    catalogs.changing(DATABASE);
    catalogs.changed(DATABASE);
    int before = source.looks.get();
    Await.until("looked", () -> source.looks.get() > before);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);
    source.primary = true;
    views.noPrimary("moving");
    filled(catalog);
  }

  @Test
  void aStandbyFillsAndChecksWhileNothingWasChanged() {
    source.primary = false;
    Catalog catalog = catalog();
    filled(catalog);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
  }

  @Test
  void anotherPrimaryIsLookedAtWithoutDoubtingWhatIsKnown() {
    Catalog catalog = catalog();
    filled(catalog);
    int before = source.looks.get();
    views.noPrimary("moving");
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
    Await.until("looked", () -> source.looks.get() > before);
  }

  @Test
  void failuresAreToldAndEnd() {
    source.refuses = "no such database";
    Catalog catalog = catalog();
    assertThat(catalog.unnamed()).isEqualTo(Effect.UNKNOWN);
    Await.until("told", () -> status().state() == CatalogState.UNREADABLE);
    assertThat(status().lastError()).isEqualTo("no such database");
    source.refuses = null;
    filled(catalog);
    assertThat(status().lastError()).isEmpty();
    // What is kept is still believed when a server does not answer for a moment.
    source.refuses = "broken";
    catalogs.bean().refresh(DATABASE);
    Await.until("told", () -> status().lastError().equals("broken"));
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
  }

  @Test
  void aDatabaseThatDoesNotFitIsNotAnswered() {
    source.entries = 101;
    Catalog catalog = catalog();
    assertThat(catalog.unnamed()).isEqualTo(Effect.UNKNOWN);
    Await.until("too large", () -> status().state() == CatalogState.TOO_LARGE);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);
    source.entries = 60;
    catalogs.bean().refresh("");
    filled(catalog);
    // The limit is of all databases together.
    Catalog second = catalogs.of("second", "app", Optional.of("public"));
    assertThat(second.unnamed()).isEqualTo(Effect.UNKNOWN);
    Await.until(
        "no room",
        () ->
            catalogs.bean().getDatabases().stream()
                .anyMatch(one -> one.state() == CatalogState.TOO_LARGE));
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
  }

  @Test
  void aDatabaseThatNobodyAsksAboutIsForgottenAndReadAgain() {
    with(settings(5, 100));
    Catalog catalog = catalog();
    filled(catalog);
    Await.until("forgotten", () -> catalogs.bean().getDatabases().isEmpty());
    Await.until("disconnected", () -> source.closed.get() == source.opened.get());
    assertThat(source.loads).hasValue(1);
    filled(catalog);
    assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
    assertThat(source.loads).hasValue(2);
  }

  @Test
  void factsOfATableAreAskedForOncePerDefinition() throws Exception {
    QualifiedName table = new QualifiedName("public", "t");
    for (int i = 0; i < 3; i++) {
      assertThat(facts(table).orElseThrow().primaryKey()).containsExactly("id");
    }
    assertThat(source.tables).hasValue(1);
    source.definitions = new FakeSource.Definitions("2", false);
    assertThat(facts(table)).isPresent();
    assertThat(source.tables).hasValue(2);
    source.refuses = "broken";
    assertThatThrownBy(() -> facts(new QualifiedName("public", "other")))
        .hasMessageContaining("broken");
    source.refuses = null;
  }

  private Optional<TableFacts> facts(QualifiedName table) throws Exception {
    return catalogs.table(DATABASE, table).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void onlyWhatIsKeptCanBeRefreshed() {
    assertThatThrownBy(() -> catalogs.bean().refresh("other"))
        .isInstanceOf(IllegalStateException.class);
    catalogs.bean().refresh("");
  }

  @Test
  void namesOfManyDatabasesAreBounded() {
    for (int i = 0; i < 256; i++) {
      assertThat(catalogs.of("d" + i, "app", Optional.empty()).unnamed()).isNotNull();
    }
    Catalog late = catalogs.of("late", "app", Optional.empty());
    assertThat(late.unnamed()).isEqualTo(Effect.UNKNOWN);
    Await.until("others are read", () -> source.loads.get() > 3);
    assertThat(late.unnamed()).isEqualTo(Effect.UNKNOWN);
    assertThat(catalogs.bean().getDatabases()).hasSize(256);
  }
}
