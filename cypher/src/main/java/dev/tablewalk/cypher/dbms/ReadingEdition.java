package dev.tablewalk.cypher.dbms;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.neo4j.configuration.Config;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilderImplementation;
import org.neo4j.graphdb.factory.module.GlobalModule;
import org.neo4j.graphdb.factory.module.edition.AbstractEditionModule;
import org.neo4j.graphdb.factory.module.edition.CommunityEditionModule;

/** Neo4j's community edition, which keeps what {@link BoltListener} is built of. */
@SuppressWarnings("unchecked") // how the class that it extends overrides a method of its own
final class ReadingEdition extends CommunityEditionModule {
    private final GlobalModule module;

    private ReadingEdition(GlobalModule module) {
        super(module);
        this.module = module;
    }

    GlobalModule module() {
        return module;
    }

    /** Builds Neo4j in this edition. */
    static final class Builder extends DatabaseManagementServiceBuilderImplementation {
        private @Nullable ReadingEdition edition;

        Builder(Path folder) {
            super(folder);
        }

        @Override
        protected Function<GlobalModule, AbstractEditionModule> getEditionFactory(Config config) {
            return module -> {
                edition = new ReadingEdition(module);
                return edition;
            };
        }

        /** What it has built. */
        ReadingEdition edition() {
            return Objects.requireNonNull(edition);
        }
    }
}
