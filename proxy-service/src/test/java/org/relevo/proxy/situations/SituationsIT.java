package org.relevo.proxy.situations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.situations.Situation.Client;

/// Every situation in every pool mode gives what it gives on a direct connection, or what the table
/// says. `-Drelevo.situations.routes=direct,session` chooses routes (`direct` compares a direct
/// connection with another one), `-Drelevo.situations.only=TEXT` situations by name,
/// `-Drelevo.situations.transcripts=DIR` keeps the answers.
///
/// Each version has a thread of its own that does its situations one after the other, so that both
/// go on at the same time; a test waits for its result.
class SituationsIT {
  private static final Path OLDER = Path.of("/usr/lib/postgresql/15/bin");
  private static final String ROUTES =
      System.getProperty("relevo.situations.routes", "session,transaction,statement");
  private static final String ONLY = System.getProperty("relevo.situations.only", "");
  private static final long LIMIT_SECONDS = 600;

  @TempDir static Path folder;
  private static final List<ExecutorService> THREADS = new ArrayList<>();
  private static final List<Lab> LABS = new ArrayList<>();
  private static List<DynamicNode> newer = List.of();
  private static List<DynamicNode> older = List.of();

  @BeforeAll
  static void start() throws Exception {
    newer = version(PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow());
    if (Files.isExecutable(OLDER.resolve("initdb"))) {
      older = version(PgBinaries.in(OLDER));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (ExecutorService thread : THREADS) {
      thread.shutdownNow();
      assertThat(thread.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    for (Lab lab : LABS) {
      lab.close();
    }
  }

  @TestFactory
  Stream<DynamicNode> onTheEmbeddedVersion() {
    return newer.stream();
  }

  @TestFactory
  Stream<DynamicNode> onVersion15() {
    assumeTrue(!older.isEmpty(), "no server programs in " + OLDER);
    return older.stream();
  }

  private static List<DynamicNode> version(PgBinaries binaries) throws Exception {
    int major = binaries.major();
    Lab lab = Lab.start(binaries, folder.resolve("pg" + major));
    LABS.add(lab);
    SituationRunner runner = new SituationRunner(lab, major);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    THREADS.add(thread);
    List<DynamicNode> routes = new ArrayList<>();
    for (String label : ROUTES.split(",", -1)) {
      Route route = Route.valueOf(label.toUpperCase(Locale.ROOT));
      List<DynamicNode> tests = new ArrayList<>();
      SituationTable.all()
          .forEach((client, situations) ->
              situations.stream()
                  .filter(_ -> client != Client.PSQL || PsqlScript.available())
                  .filter(situation -> situation.since() <= major && major <= situation.until())
                  .filter(situation -> situation.name().contains(ONLY))
                  .forEach(situation -> {
                    String name =
                        "%s: %s [%d %s]"
                            .formatted(client.label(), situation.name(), major, route.label());
                    Future<?> result =
                        thread.submit(() -> {
                          runner.compare(client, situation, route);
                          return null;
                        });
                    tests.add(DynamicTest.dynamicTest(name, () -> await(name, result)));
                  }));
      routes.add(DynamicContainer.dynamicContainer(major + " " + label, tests));
    }
    return routes;
  }

  /// The failure says the test's name: not every report does.
  private static void await(String name, Future<?> result) throws Exception {
    try {
      result.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("### " + name + ": " + e.getCause().getMessage(), e.getCause());
    }
  }
}
