package org.relevo.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses APP =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.relevo.app");

  @Test
  void theDesktopKnowsNothingOfTheProxy() {
    noClasses().should().dependOnClassesThat().resideInAPackage("org.relevo.proxy..").check(APP);
  }

  @Test
  void viewModelsHoldNoControls() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("ViewModel")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javafx.scene..", "org.controlsfx..")
        .check(APP);
  }

  @Test
  void modelAndTasksNeverSeeTheSceneGraph() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.relevo.app.model..",
            "org.relevo.app.task..",
            "org.relevo.app.remote..",
            "org.relevo.app.settings..",
            "org.relevo.app.text..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javafx.scene..", "javafx.stage..", "org.controlsfx..")
        .check(APP);
  }

  @Test
  void onlyRemoteSpeaksJmxAndSsh() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.relevo.app.remote..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.relevo.jmx.client..", "com.jcraft.jsch..")
        .check(APP);
  }

  @Test
  void onlyChartUsesTheChartLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.relevo.app.chart..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jfree..")
        .check(APP);
  }

  @Test
  void viewsReachTheServiceOnlyThroughThePort() {
    noClasses()
        .that()
        .resideInAPackage("org.relevo.app.view..")
        .should()
        .dependOnClassesThat()
        .haveSimpleNameStartingWith("Jmx")
        .check(APP);
  }

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("org.relevo.app.(**)")
        .namingSlices("$1")
        .should()
        .beFreeOfCycles()
        .check(APP);
  }
}
