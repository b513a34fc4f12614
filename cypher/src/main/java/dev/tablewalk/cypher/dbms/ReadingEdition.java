package dev.tablewalk.cypher.dbms;

import java.nio.file.Path;
import java.util.function.Function;
import org.neo4j.configuration.Config;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilderImplementation;
import org.neo4j.dbms.systemgraph.SystemDatabaseProvider;
import org.neo4j.graphdb.factory.module.GlobalModule;
import org.neo4j.graphdb.factory.module.edition.AbstractEditionModule;
import org.neo4j.graphdb.factory.module.edition.CommunityEditionModule;
import org.neo4j.kernel.api.security.AuthManager;
import org.neo4j.kernel.api.security.provider.SecurityProvider;

/**
 * Neo4j Community with one user, who can only read. Neo4j's own users are rows of its system
 * database; this one's password is nowhere but in memory, and the store stays as it is.
 */
@SuppressWarnings("unchecked") // how the class that it extends overrides a method of its own
final class ReadingEdition extends CommunityEditionModule {
    private final BoltAccess access;

    private ReadingEdition(GlobalModule module, BoltAccess access) {
        super(module);
        this.access = access;
    }

    /** Builds Neo4j in this edition. */
    static final class Builder extends DatabaseManagementServiceBuilderImplementation {
        private final BoltAccess access;

        Builder(Path folder, BoltAccess access) {
            super(folder);
            this.access = access;
        }

        @Override
        protected Function<GlobalModule, AbstractEditionModule> getEditionFactory(Config config) {
            return module -> new ReadingEdition(module, access);
        }
    }

    @Override
    public void createSecurityModule(GlobalModule module, SystemDatabaseProvider system) {
        AuthManager manager = new OneReader(access.password());
        setSecurityProvider(
                new SecurityProvider() {
                    @Override
                    public AuthManager authManager() {
                        return manager;
                    }

                    @Override
                    public AuthManager inClusterAuthManager() {
                        return manager;
                    }

                    @Override
                    public AuthManager domainSocketAuthManager() {
                        return manager;
                    }
                });
    }
}
