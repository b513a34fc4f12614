package dev.tablewalk.cypher.procedure;

import org.neo4j.internal.kernel.api.exceptions.ProcedureException;
import org.neo4j.kernel.api.procedure.GlobalProcedures;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/** Makes this package's functions and procedures known to a database's service. */
public final class Procedures {
    private Procedures() {}

    public static void register(GraphDatabaseAPI database) {
        GlobalProcedures registry =
                database.getDependencyResolver().resolveDependency(GlobalProcedures.class);
        try {
            registry.registerFunction(Functions.class);
            registry.registerProcedure(WalkProcedure.class);
        } catch (ProcedureException e) {
            throw new IllegalStateException("the functions of tablewalk cannot be registered", e);
        }
    }
}
