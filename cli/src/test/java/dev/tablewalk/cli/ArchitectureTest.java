package dev.tablewalk.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Who sees whom: cli on top; ingest, cypher and fleet beside each other; the graph below. What runs
 * in Spark stands alone.
 */
@AnalyzeClasses(packages = "dev.tablewalk", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String INGEST = "dev.tablewalk.ingest..";
    private static final String CYPHER = "dev.tablewalk.cypher..";
    private static final String FLEET = "dev.tablewalk.fleet..";
    private static final String SPARK = "dev.tablewalk.spark..";
    private static final String CLI = "dev.tablewalk.cli..";
    private static final String GRAPH = "dev.tablewalk.graph..";
    private static final String[] PROCESSORS = {
        "dev.tablewalk.ingest.arch.arm64..", "dev.tablewalk.ingest.arch.x86_64.."
    };

    @ArchTest
    static final ArchRule INGEST_DOES_NOT_SEE_THE_STORE =
            noClasses()
                    .that()
                    .resideInAPackage(INGEST)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CYPHER, FLEET, CLI);

    @ArchTest
    static final ArchRule THE_STORE_DOES_NOT_SEE_INGEST =
            noClasses()
                    .that()
                    .resideInAPackage(CYPHER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(INGEST, FLEET, CLI);

    @ArchTest
    static final ArchRule A_FLEET_SEES_NO_STORE =
            noClasses()
                    .that()
                    .resideInAPackage(FLEET)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(INGEST, CYPHER, CLI);

    @ArchTest
    static final ArchRule PARQUET_IS_THE_FLEETS_OWN =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(FLEET, SPARK)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.parquet..", "org.apache.hadoop..");

    /** It runs where none of the others is, and has classes of the same names as some of theirs. */
    @ArchTest
    static final ArchRule WHAT_RUNS_IN_SPARK_SEES_NOBODY =
            noClasses()
                    .that()
                    .resideInAPackage(SPARK)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(INGEST, CYPHER, FLEET, CLI, GRAPH);

    @ArchTest
    static final ArchRule NOBODY_SEES_WHAT_RUNS_IN_SPARK =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(SPARK)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SPARK, "org.apache.spark..", "scala..");

    @ArchTest
    static final ArchRule THE_GRAPH_SEES_NOBODY =
            noClasses()
                    .that()
                    .resideInAPackage(GRAPH)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(INGEST, CYPHER, FLEET, CLI);

    @ArchTest
    static final ArchRule NEO4J_IS_THE_STORES_OWN =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(CYPHER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.neo4j..");

    @ArchTest
    static final ArchRule FOREIGN_MEMORY_IS_INGESTS_OWN =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(INGEST)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.lang.foreign..");

    /** They are found by their service; {@link ProcessorWordsTest} looks for what they know. */
    @ArchTest
    static final ArchRule NOBODY_NAMES_A_PROCESSOR_ARCHITECTURE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(PROCESSORS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PROCESSORS);

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.tablewalk.(**)").should().beFreeOfCycles();
}
