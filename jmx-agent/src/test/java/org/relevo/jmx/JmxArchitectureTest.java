package org.relevo.jmx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class JmxArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.relevo.jmx");

  @Test
  void theContractUsesTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("..jmx.contract..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("..jmx.contract..", "java..", "javax.management..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void onlyHostUsesOshi() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..jmx.host..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("oshi..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.relevo.jmx.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingDependsOnTheControlCommand() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..jmx.ctl..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..jmx.ctl..")
        .check(CLASSES);
  }

  @Test
  void theClientKnowsNothingOfTheServer() {
    noClasses()
        .that()
        .resideInAnyPackage("..jmx.client..", "..jmx.ctl..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..jmx.server..", "..jmx.host..")
        .check(CLASSES);
  }

  @Test
  void historyStandsAlone() {
    classes()
        .that()
        .resideInAPackage("..jmx.history..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("..jmx.history..", "java..", "org.jspecify..")
        .check(CLASSES);
  }
}
