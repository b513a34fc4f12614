package dev.tablewalk.cypher.procedure;

import java.util.LinkedHashSet;
import java.util.Set;
import org.neo4j.internal.kernel.api.exceptions.ProcedureException;
import org.neo4j.internal.kernel.api.procs.ProcedureSignature;
import org.neo4j.internal.kernel.api.procs.QualifiedName;
import org.neo4j.kernel.api.QueryLanguage;
import org.neo4j.kernel.api.procedure.GlobalProcedures;
import org.neo4j.kernel.internal.GraphDatabaseAPI;
import org.neo4j.procedure.Mode;

/** Decides what the queries of a database's service can call. */
public final class Procedures {
    /** Procedures that are said to be the DBMS's and yet only tell of it. */
    private static final Set<String> HARMLESS = Set.of("dbms.components", "dbms.info");

    private Procedures() {}

    /** Adds this package's functions and procedures, and takes away those that administer. */
    public static void register(GraphDatabaseAPI database) {
        GlobalProcedures registry =
                database.getDependencyResolver().resolveDependency(GlobalProcedures.class);
        administrative(registry).forEach(registry::unregister);
        try {
            registry.registerFunction(Functions.class);
            registry.registerProcedure(WalkProcedure.class);
        } catch (ProcedureException e) {
            throw new IllegalStateException("the functions of tablewalk cannot be registered", e);
        }
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
