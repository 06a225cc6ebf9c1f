/// What routing needs of each database's catalog, kept in memory: which functions write, what
/// relations are, how names resolve for a search_path.
///
/// ```
/// servers ── CatalogReader ── rows ──> SnapshotBuilder ──> Snapshot
///                 ^ asks                                     │ volatile
///           DatabaseCatalog (one worker per database) <──────┘
///                 ^ of(database, user, search_path)
///              Catalogs ──> SessionCatalog (routing.Catalog; one per session)
/// ```
///
/// The queries run over JDBC on a virtual thread per database, with a connection of the service's
/// own: they take tens of milliseconds to seconds and answer tens of thousands of rows, once per
/// change of definitions, so an event loop has nothing to gain from them, and they need streaming,
/// time limits and one snapshot for several statements, which the driver has. Event loops only read
/// what was published.
///
/// Owner: each database's worker owns its connection; snapshots are immutable; [SessionCatalog]
/// belongs to its session's event loop. May import routing, sql, core, health and jmx.contract.
/// Imported by session and the wiring. Limits: databases, entries of all together
/// (`catalog_max_entries`), bytes of one definition. Start reading at [Catalogs].
@NullMarked
package org.relevo.proxy.catalog;

import org.jspecify.annotations.NullMarked;
