package org.relevo.proxy.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// With an installed PostgreSQL 15.
class AgentRises15IT extends AgentRises {
  private static final String CHOICE = "relevo.test.pg.bindir";
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql/15/bin");
  private static String before = "";

  @BeforeAll
  static void choose() {
    assumeTrue(Files.isExecutable(INSTALLED.resolve("postgres")), "no PostgreSQL 15 here");
    before = System.getProperty(CHOICE, "");
    System.setProperty(CHOICE, INSTALLED.toString());
  }

  @AfterAll
  static void putBack() {
    System.setProperty(CHOICE, before);
  }
}
