package org.relevo.proxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ProxyArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.relevo.proxy");

  @Test
  void nothingDependsOnTheWiringOrTheDemo() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.relevo.proxy", "org.relevo.proxy.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.relevo.proxy", "org.relevo.proxy.demo..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.relevo.proxy")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.relevo.proxy.demo..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.relevo.proxy.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void coreUsesTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("..proxy.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("..proxy.core..", "java..", "org.jspecify..", "org.slf4j..")
        .check(CLASSES);
  }

  @Test
  void decisionsAreMadeOfValuesOnly() {
    classes()
        .that()
        .resideInAPackage("..proxy.failover..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "..proxy.failover..",
            "..proxy.core..",
            "..jmx.contract..",
            "java.lang..",
            "java.nio.charset..",
            "java.security..",
            "java.time..",
            "java.util..",
            "org.jspecify..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("..proxy.failover..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "java.time.chrono..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(CLASSES);
  }

  /// The same inputs give the same effects, in the service and in the simulation.
  @Test
  void theControlIsMadeOfValuesOnly() {
    classes()
        .that()
        .resideInAPackage("..proxy.cluster..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "..proxy.cluster..", "..proxy.core..", "java.lang..", "java.util..", "org.jspecify..")
        .check(CLASSES);
    classes()
        .that()
        .resideInAPackage("..proxy.control")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "..proxy.control",
            "..proxy.cluster..",
            "..proxy.consensus",
            "..proxy.core..",
            "java.lang..",
            "java.util..",
            "org.jspecify..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("..proxy.cluster..", "..proxy.control")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "java.util.random..", "java.time..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void theWireKnowsNoChannelsThreadsOrSockets() {
    noClasses()
        .that()
        .resideInAPackage("..proxy.wire..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty.channel..",
            "io.netty.handler..",
            "io.netty.bootstrap..",
            "java.net..",
            "java.nio.channels..",
            "java.util.concurrent..",
            "org.postgresql..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .check(CLASSES);
  }

  @Test
  void sessionsAndTheCoordinatorMeetInTheCoreOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("..proxy.session..", "..proxy.net..", "..proxy.wire..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..proxy.coordinator..", "..proxy.failover..", "..proxy.health..", "..proxy.mbean..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(
            "..proxy.coordinator..", "..proxy.failover..", "..proxy.health..", "..proxy.recovery..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..proxy.session..", "..proxy.net..", "..proxy.wire..", "..proxy.mbean..")
        .check(CLASSES);
  }

  @Test
  void onlyTheDataPlaneUsesNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "..proxy.auth",
            "..proxy.net..",
            "..proxy.http..",
            "..proxy.pcp..",
            "..proxy.pool..",
            "..proxy.console..",
            "..proxy.fanout..",
            "..proxy.freshness..",
            "..proxy.server..",
            "..proxy.session..",
            "..proxy.tls..",
            "..proxy.wire..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void onlyTheConsensusKnowsItsLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..proxy.consensus")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.ratis..")
        .check(CLASSES);
  }
}
