package dev.terrarium.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// Who may know whom: the picture in docs/ARCHITECTURE.md, as a test.
@AnalyzeClasses(
    packages = "dev.terrarium",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class DependencyDirectionsTest {
  @ArchTest
  static final ArchRule THE_KERNEL_KNOWS_NO_SERVICE =
      noClasses()
          .that()
          .resideInAPackage("dev.terrarium.kernel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.terrarium.wire..",
              "dev.terrarium.services..",
              "dev.terrarium.engines..",
              "dev.terrarium.systems..",
              "dev.terrarium.app..",
              "software.amazon.awssdk.services..");

  @ArchTest
  static final ArchRule THE_WIRE_KNOWS_NO_SERVICE =
      noClasses()
          .that()
          .resideInAPackage("dev.terrarium.wire..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.terrarium.services..",
              "dev.terrarium.engines..",
              "dev.terrarium.systems..",
              "dev.terrarium.app..",
              "software.amazon.awssdk.services..");

  @ArchTest
  static final ArchRule SYSTEMS_USE_PUBLIC_CLIENTS_ONLY =
      noClasses()
          .that()
          .resideInAPackage("dev.terrarium.systems..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.terrarium.kernel..",
              "dev.terrarium.wire..",
              "dev.terrarium.services..",
              "dev.terrarium.engines..",
              "dev.terrarium.app..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule DEPLOYING_USES_PUBLIC_CLIENTS_ONLY =
      noClasses()
          .that()
          .resideInAPackage("dev.terrarium.deploy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.terrarium.kernel..",
              "dev.terrarium.wire..",
              "dev.terrarium.services..",
              "dev.terrarium.engines..",
              "dev.terrarium.systems..",
              "dev.terrarium.app..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_APP =
      classes()
          .that()
          .resideInAPackage("dev.terrarium.app..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage("dev.terrarium.app..");
}
