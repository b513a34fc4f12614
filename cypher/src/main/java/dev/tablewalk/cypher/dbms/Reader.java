package dev.tablewalk.cypher.dbms;

import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.internal.kernel.api.connectioninfo.ClientConnectionInfo;
import org.neo4j.internal.kernel.api.security.AdminActionOnResource;
import org.neo4j.internal.kernel.api.security.AuthSubject;
import org.neo4j.internal.kernel.api.security.PermissionState;
import org.neo4j.internal.kernel.api.security.SecurityContext;
import org.neo4j.internal.kernel.api.security.StaticAccessMode;
import org.neo4j.kernel.impl.api.security.OverriddenAccessMode;

/** Who asks: somebody that may read all data and the schema, and administer nothing. */
final class Reader extends SecurityContext {
    Reader() {
        this(
                AuthSubject.ANONYMOUS,
                ClientConnectionInfo.EMBEDDED_CONNECTION,
                GraphDatabaseSettings.DEFAULT_DATABASE_NAME);
    }

    Reader(AuthSubject subject, ClientConnectionInfo from, String database) {
        super(subject, new ReadMode(), from, database);
    }

    @Override
    public PermissionState allowExecuteAdminProcedure(int procedureId) {
        return PermissionState.EXPLICIT_DENY;
    }

    @Override
    public PermissionState allowsAdminAction(AdminActionOnResource action) {
        return PermissionState.EXPLICIT_DENY;
    }

    /** Neo4j's READ, which for a user without roles hides the indexes. */
    private static final class ReadMode extends OverriddenAccessMode {
        ReadMode() {
            super(StaticAccessMode.FULL, StaticAccessMode.READ);
        }

        @Override
        public boolean allowsShowIndex() {
            return true;
        }

        @Override
        public boolean allowsShowConstraint() {
            return true;
        }
    }
}
