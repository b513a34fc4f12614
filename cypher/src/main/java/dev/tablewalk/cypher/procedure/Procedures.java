package dev.tablewalk.cypher.procedure;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.neo4j.internal.kernel.api.exceptions.ProcedureException;
import org.neo4j.internal.kernel.api.procs.ProcedureSignature;
import org.neo4j.internal.kernel.api.procs.QualifiedName;
import org.neo4j.kernel.api.QueryLanguage;
import org.neo4j.kernel.api.procedure.GlobalProcedures;
import org.neo4j.kernel.internal.GraphDatabaseAPI;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Procedure;
import org.neo4j.procedure.UserFunction;

/** Decides what the queries of a database's service can call. */
public final class Procedures {
    /** Procedures that are said to be the DBMS's and yet only tell of it. */
    private static final Set<String> HARMLESS = Set.of("dbms.components", "dbms.info");

    /** What has this package's procedures. */
    public static final List<Class<?>> PROCEDURES =
            List.of(WalkProcedure.class, TreeProcedures.class);

    private Procedures() {}

    /** Adds this package's functions and procedures, and takes away those that administer. */
    public static void register(GraphDatabaseAPI database) {
        GlobalProcedures registry =
                database.getDependencyResolver().resolveDependency(GlobalProcedures.class);
        administrative(registry).forEach(registry::unregister);
        try {
            registry.registerFunction(Functions.class);
            for (Class<?> procedures : PROCEDURES) {
                registry.registerProcedure(procedures);
            }
        } catch (ProcedureException e) {
            throw new IllegalStateException("the functions of tablewalk cannot be registered", e);
        }
    }

    /** Names of this package's functions, in alphabetical order. */
    public static List<String> functionNames() {
        return Arrays.stream(Functions.class.getMethods())
                .map(method -> method.getAnnotation(UserFunction.class))
                .filter(Objects::nonNull)
                .map(UserFunction::value)
                .sorted()
                .toList();
    }

    /** Names of this package's procedures, in alphabetical order. */
    public static List<String> procedureNames() {
        return PROCEDURES.stream()
                .flatMap(procedures -> Arrays.stream(procedures.getMethods()))
                .map(method -> method.getAnnotation(Procedure.class))
                .filter(Objects::nonNull)
                .map(Procedure::name)
                .sorted()
                .toList();
    }

    private static Set<QualifiedName> administrative(GlobalProcedures registry) {
        Set<QualifiedName> names = new LinkedHashSet<>();
        for (QueryLanguage language : QueryLanguage.values()) {
            registry.getCurrentView()
                    .getAllProcedures(language)
                    .filter(Procedures::isAdministrative)
                    .forEach(procedure -> names.add(procedure.name()));
        }
        return names;
    }

    /** Those that write to the database stay: the database refuses them with a better message. */
    private static boolean isAdministrative(ProcedureSignature procedure) {
        String name = procedure.name().toString();
        return procedure.admin()
                || (procedure.mode() == Mode.DBMS && !HARMLESS.contains(name))
                || name.startsWith("db.resample");
    }
}
