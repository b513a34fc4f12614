package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.push.PushedGraph.Statement;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.neo4j.driver.AccessMode;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Config;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Logging;
import org.neo4j.driver.Record;
import org.neo4j.driver.Session;
import org.neo4j.driver.SessionConfig;
import org.neo4j.driver.TransactionContext;
import org.neo4j.driver.exceptions.Neo4jException;

/**
 * Writes checkpoints into a Neo4j, one batch after the other. A node {@code TablewalkPush} of each
 * checkpoint says how far it got; it changes in the transaction that writes the batch, so it is
 * right whatever died, and the next push goes on from there. Memory is bounded by a batch.
 */
public final class Push implements AutoCloseable {
    /** Nodes and relationships that one transaction writes. */
    public static final int BATCH = 10_000;

    private static final long CONNECT_SECONDS = 5;
    private static final int CONNECTIONS = 2;

    private static final String MINE = "MATCH (p:TablewalkPush {checkpoint: $checkpoint}) ";

    private static final String BEGIN =
            "MERGE (p:TablewalkPush {checkpoint: $checkpoint})"
                    + " ON CREATE SET p.state = 'new', p.kind = $kind, p.done = 0,"
                    + " p.fingerprint = $fingerprint SET p.written = datetime() RETURN p.state AS"
                    + " state, p.kind AS kind, p.fingerprint AS fingerprint, p.done AS done";

    private static final String STATE =
            MINE
                    + "SET p.state = $state, p.kind = $kind, p.fingerprint = $fingerprint,"
                    + " p.done = $done, p.size = $size";

    /** Before anything is read of it: whoever else writes there waits for this transaction. */
    private static final String LOCK = MINE + "SET p.written = datetime()";

    private static final String ADVANCE =
            MINE
                    + "WHERE p.state = 'begun' AND p.fingerprint = $fingerprint AND p.done = $from"
                    + " SET p.done = $to RETURN p.done";

    private static final String HOW_FAR =
            MINE
                    + "WHERE p.state IN ['begun', 'whole'] AND p.fingerprint = $fingerprint"
                    + " RETURN p.done AS done";

    private final PushTarget target;
    private final int batch;
    private final Driver driver;
    private final Session session;

    /**
     * What came of a push.
     *
     * @param wasThere whether all of it was there already
     * @param begunAt how many nodes and relationships an earlier push had written
     * @param size how many there are now
     */
    public record Result(boolean wasThere, long begunAt, long size) {}

    private Push(PushTarget target, int batch, Driver driver) {
        this.target = target;
        this.batch = batch;
        this.driver = driver;
        this.session =
                driver.session(
                        (target.database() == null
                                        ? SessionConfig.builder()
                                        : SessionConfig.builder().withDatabase(target.database()))
                                .withDefaultAccessMode(AccessMode.WRITE)
                                .build());
    }

    /**
     * Connects.
     *
     * @throws UserError if nothing answers within seconds, what answers is no Neo4j or has a
     *     certificate that this JVM does not trust, or it does not know user, password or database
     */
    public static Push to(PushTarget target) {
        return to(target, BATCH);
    }

    /** With batches of another size. */
    static Push to(PushTarget target, int batch) {
        try {
            return new Push(target, batch, connect(target, target.uri()));
        } catch (Neo4jException | IllegalArgumentException e) {
            throw PushFailure.connecting(ofOneServer(e, target), target);
        }
    }

    /** A driver that knows of several servers tells of none what was wrong with it. */
    private static RuntimeException ofOneServer(RuntimeException failure, PushTarget target) {
        String uri = target.uri().toString();
        if (!uri.startsWith("neo4j") || PushFailure.code(failure).startsWith("Neo.")) {
            return failure;
        }
        try (Driver _ = connect(target, URI.create(uri.replaceFirst("neo4j", "bolt")))) {
            return failure;
        } catch (Neo4jException | IllegalArgumentException e) {
            return e;
        }
    }

    private static Driver connect(PushTarget target, URI uri) {
        Driver driver =
                GraphDatabase.driver(
                        uri, AuthTokens.basic(target.user(), target.password()), config());
        try {
            driver.verifyConnectivity();
            return driver;
        } catch (RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    @SuppressWarnings("deprecation") // else it tells of itself on standard error
    private static Config config() {
        return Config.builder()
                .withConnectionTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .withConnectionAcquisitionTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .withMaxConnectionPoolSize(CONNECTIONS)
                .withLogging(Logging.none())
                .withTelemetryDisabled(true)
                .withUserAgent("tablewalk")
                .build();
    }

    /**
     * Pushes what is not there yet.
     *
     * @param replace removes first what is there under the same name, unless it is a part of the
     *     same
     * @throws UserError if something else is there under that name, or the target fails; what was
     *     written by then is gone on from by the next push
     */
    public Result push(PushedGraph graph, boolean replace, Progress progress) throws IOException {
        try {
            return new Writing(graph).push(replace, progress);
        } catch (Neo4jException e) {
            throw PushFailure.writing(e, target);
        }
    }

    private void run(Statement statement) {
        session.executeWriteWithoutResult(
                transaction ->
                        transaction.run(statement.cypher(), statement.parameters()).consume());
    }

    private void run(String cypher) {
        run(new Statement(cypher, Map.of()));
    }

    /** One checkpoint's. */
    private final class Writing {
        private final PushedGraph graph;
        private final String name;
        private final String fingerprint;
        private final Map<String, Object> mine = new HashMap<>();

        Writing(PushedGraph graph) {
            this.graph = graph;
            this.name = graph.info().name();
            this.fingerprint = graph.fingerprint();
            mine.put("checkpoint", name);
            mine.put("kind", graph.kind());
            mine.put("fingerprint", fingerprint);
        }

        Result push(boolean replace, Progress progress) throws IOException {
            progress.stage("prepare " + name, 0);
            unique("TablewalkPush", "checkpoint");
            Found found = session.executeWrite(transaction -> begin(transaction, replace));
            if (found.state == State.WHOLE) {
                return new Result(true, found.done, found.done);
            }
            unique(graph.label(), Batches.NUMBER);
            graph.shared().forEach(this::unique);
            if (found.state == State.REMOVING) {
                remove(progress);
            }
            progress.stage("push " + name, graph.size());
            Batches batches = new Batches(name, batch, found.done, this::write);
            graph.read(batches, progress);
            long size = batches.flush();
            progress.stage("index " + name, 0);
            for (GraphSchema.Index index : GraphSchema.INDEXES) {
                run(
                        "CREATE INDEX IF NOT EXISTS FOR (n:"
                                + index.label().text()
                                + ") ON (n."
                                + index.property()
                                + ")");
            }
            session.executeWriteWithoutResult(transaction -> finish(transaction, size));
            return new Result(false, found.done, size);
        }

        private void unique(String label, String property) {
            run(
                    "CREATE CONSTRAINT IF NOT EXISTS FOR (n:"
                            + label
                            + ") REQUIRE n."
                            + property
                            + " IS UNIQUE");
        }

        private Found begin(TransactionContext transaction, boolean replace) {
            Record there = transaction.run(BEGIN, mine).single();
            boolean same = there.get("fingerprint").asString().equals(fingerprint);
            long done = there.get("done").asLong();
            State state =
                    switch (there.get("state").asString()) {
                        case "new" ->
                                hasNodes(transaction)
                                        ? replaced(replace, "what no push made")
                                        : State.BEGUN;
                        case "removing" -> State.REMOVING;
                        case "begun" ->
                                same ? State.BEGUN : replaced(replace, other("part of", there));
                        default ->
                                same && !replace
                                        ? State.WHOLE
                                        : replaced(replace, other("", there));
                    };
            if (state != State.WHOLE) {
                done = state == State.REMOVING ? 0 : done;
                set(transaction, state, done);
            }
            return new Found(state, done);
        }

        private String other(String part, Record there) {
            String kind = there.get("kind").asString();
            return (part + (kind.equals(graph.kind()) ? " another " : " the ") + kind).strip();
        }

        private State replaced(boolean replace, String there) {
            if (!replace) {
                throw UserError.input(
                        target
                                + ": there is "
                                + there
                                + " of a checkpoint "
                                + name
                                + " already; --replace removes it first");
            }
            return State.REMOVING;
        }

        private boolean hasNodes(TransactionContext transaction) {
            return transaction.run("MATCH (n:" + graph.label() + ") RETURN 1 LIMIT 1").hasNext();
        }

        private void set(TransactionContext transaction, State state, long done) {
            Map<String, Object> parameters = new HashMap<>(mine);
            parameters.put("state", state.text());
            parameters.put("done", done);
            parameters.put("size", state == State.WHOLE ? done : graph.size());
            transaction.run(STATE, parameters).consume();
        }

        /** Relationships first: a node may have more of them than fit a transaction. */
        private void remove(Progress progress) {
            progress.stage("remove " + name, 0);
            String each =
                    "MATCH (n:"
                            + graph.label()
                            + ") WHERE n.number >= $at WITH n ORDER BY n.number MATCH (n)-[r]->()"
                            + " WITH n.number AS number, r LIMIT $batch DELETE r"
                            + " RETURN max(number) AS at, count(*) AS removed";
            long at = 0;
            while (at >= 0) {
                at = removed(each, at, progress);
            }
            String nodes =
                    "MATCH (n:"
                            + graph.label()
                            + ") WITH n LIMIT $batch DETACH DELETE n"
                            + " RETURN max(0) AS at, count(*) AS removed";
            do {
                at = removed(nodes, 0, progress);
            } while (at >= 0);
            session.executeWriteWithoutResult(
                    transaction -> {
                        if (isRemoving(transaction)) {
                            set(transaction, State.BEGUN, 0);
                        }
                    });
        }

        /** Returns where to go on; -1 if there is nothing more. */
        private long removed(String cypher, long at, Progress progress) {
            Map<String, Object> parameters = Map.of("at", at, "batch", batch);
            return session.executeWrite(
                    transaction -> {
                        if (!isRemoving(transaction)) {
                            return -1L;
                        }
                        Record removed = transaction.run(cypher, parameters).single();
                        progress.advance(removed.get("removed").asLong());
                        return removed.get("removed").asLong() == 0
                                ? -1
                                : removed.get("at").asLong();
                    });
        }

        /** Nobody else has begun to write again. */
        private boolean isRemoving(TransactionContext transaction) {
            transaction.run(LOCK, mine).consume();
            return transaction.run(MINE + "WHERE p.state = 'removing' RETURN 1", mine).hasNext();
        }

        private void write(long from, long to, List<Statement> statements) {
            Map<String, Object> parameters = new HashMap<>(mine);
            parameters.put("from", from);
            parameters.put("to", to);
            session.executeWriteWithoutResult(
                    transaction -> {
                        transaction.run(LOCK, mine).consume();
                        if (transaction.run(ADVANCE, parameters).hasNext()) {
                            for (Statement statement : statements) {
                                transaction
                                        .run(statement.cypher(), statement.parameters())
                                        .consume();
                            }
                        } else {
                            requireWritten(transaction, to);
                        }
                    });
        }

        /** A commit whose answer was lost is tried again, and was done. */
        private void requireWritten(TransactionContext transaction, long to) {
            List<Record> there = transaction.run(HOW_FAR, mine).list();
            if (there.isEmpty() || there.getFirst().get("done").asLong() < to) {
                throw UserError.input(
                        target
                                + ": another push writes "
                                + name
                                + " at the same time: let it end, then push again");
            }
        }

        private void finish(TransactionContext transaction, long size) {
            transaction.run(LOCK, mine).consume();
            requireWritten(transaction, size);
            for (Statement statement : graph.links()) {
                transaction.run(statement.cypher(), statement.parameters()).consume();
            }
            set(transaction, State.WHOLE, size);
        }
    }

    /** How far a checkpoint's push is. */
    private enum State {
        REMOVING("removing"),
        BEGUN("begun"),
        WHOLE("whole");

        private final String text;

        State(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private record Found(State state, long done) {}

    @Override
    public void close() {
        try {
            session.close();
        } catch (Neo4jException e) {
            // What went wrong was said by what was asked; the connection goes all the same.
        } finally {
            driver.close();
        }
    }
}
