package dev.terrarium.services;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.terrarium.services",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ServicesStandApartTest {
  @ArchTest
  static final ArchRule NO_SERVICE_KNOWS_ANOTHER =
      slices().matching("dev.terrarium.services.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule NO_SERVICE_KNOWS_THE_WIRE =
      noClasses().should().dependOnClassesThat().resideInAPackage("dev.terrarium.wire..");
}
