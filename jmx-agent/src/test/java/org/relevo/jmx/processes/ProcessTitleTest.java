package org.relevo.jmx.processes;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessTitleTest {
  @ParameterizedTest
  @CsvSource({
    "/usr/lib/postgresql/15/bin/postgres -D /x, postmaster,,,",
    "postgres: b db 127.0.0.1(4711) idle in transaction, client backend, b, db,"
        + " idle in transaction",
    "postgres: p db [local] INSERT waiting for 0/50, client backend, p, db,"
        + " INSERT waiting for 0/50",
    "postgres: 18/main: app shop ::1(99) SELECT, client backend, app, shop, SELECT",
    "postgres: my: app shop 10.0.0.1(99) authentication, client backend, app, shop,"
        + " authentication",
    "postgres: checkpointer, checkpointer,,,",
    "postgres: 15/main: background writer, background writer,,,",
    "postgres: startup recovering 0004000005, startup,,, recovering 0004000005",
    "postgres: walreceiver streaming 0/50, walreceiver,,, streaming 0/50",
    "postgres: walsender r 10.2.0.1(60914) streaming 0/5, walsender, r,, streaming 0/5",
    "postgres: walsender r shop 10.2.0.1(6) START, walsender, r, shop, START",
    "postgres: autovacuum worker shop, autovacuum worker,, shop,",
    "postgres: io worker 2, io worker,,, 2",
    "postgres: parallel worker for PID 77, parallel worker,,, for PID 77",
    "postgres: logical replication launcher, logical replication launcher,,,",
    "postgres: some worker of an extension, background worker,,, some worker of an extension"
  })
  void tellsWhoItIs(
      String title,
      String role,
      @Nullable String user,
      @Nullable String database,
      @Nullable String activity) {
    ProcessTitle read = ProcessTitle.of(title);
    assertThat(read.role()).isEqualTo(role);
    assertThat(read.user()).isEqualTo(user == null ? "" : user);
    assertThat(read.database()).isEqualTo(database == null ? "" : database);
    if (!role.equals("postmaster")) {
      assertThat(read.activity()).isEqualTo(activity == null ? "" : activity);
    }
  }
}
