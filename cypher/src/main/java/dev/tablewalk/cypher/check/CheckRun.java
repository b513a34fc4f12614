package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.check.Outcome.Accepted;
import dev.tablewalk.cypher.memory.Question;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks a checkpoint a list of constraints. */
public final class CheckRun {
    private static final double NANOS = 1e9;

    /** Each may hold all rows of an answer. */
    private static final int MOST_AT_ONCE = 4;

    private final Checkpoint checkpoint;
    private final Map<String, String> parameters;
    private final int keep;
    private final Progress progress;
    private final Function<SavedQuery, Acceptance> acceptances;
    private @Nullable Queue running;
    private @Nullable String stopped;

    /**
     * A run on an open checkpoint.
     *
     * @param parameters values as they were typed; each constraint takes those that it declares
     * @param keep how many rows of each constraint are kept; the rest is counted
     */
    public CheckRun(
            Checkpoint checkpoint, Map<String, String> parameters, int keep, Progress progress) {
        this(checkpoint, parameters, keep, progress, Acceptance::none);
    }

    /**
     * A run in which findings may be accepted.
     *
     * @param acceptances as {@link Baseline#acceptances} gives them
     */
    public CheckRun(
            Checkpoint checkpoint,
            Map<String, String> parameters,
            int keep,
            Progress progress,
            Function<SavedQuery, Acceptance> acceptances) {
        this.checkpoint = checkpoint;
        this.parameters = Map.copyOf(parameters);
        this.keep = keep;
        this.progress = progress;
        this.acceptances = acceptances;
    }

    /** Asks all; one that fails does not keep the others from being asked. */
    public List<Outcome> outcomes(List<SavedQuery> constraints) {
        List<Outcome> outcomes = new ArrayList<>();
        outcomes(constraints, outcomes::add);
        return outcomes;
    }

    /**
     * Asks all, several at once, on as many processors as there are.
     *
     * @param known is told of each as soon as it and those before it are known
     * @throws UserError if the thread is interrupted, or what the progress throws; what was being
     *     asked is stopped
     */
    public void outcomes(List<SavedQuery> constraints, Consumer<Outcome> known) {
        Map<String, Question> questions = questions(constraints);
        Queue queue = new Queue(constraints, questions, keys(questions));
        begin(queue);
        int processors = Runtime.getRuntime().availableProcessors();
        List<CompletableFuture<?>> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(Math.min(processors, MOST_AT_ONCE), constraints.size()); i++) {
            threads.add(
                    CompletableFuture.runAsync(
                            queue, task -> Thread.ofPlatform().daemon().name("check").start(task)));
        }
        try {
            for (CompletableFuture<Outcome> each : queue.outcomes) {
                known.accept(each.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.input("the check was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UserError stopped) {
                throw stopped;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            queue.end();
            // The checkpoint may be closed behind this. Nor is a thread interrupted, which would
            // close the store's files.
            CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();
        }
    }

    /**
     * Stops what is being asked, from another thread. That, and what was still to be asked, ends as
     * an error each.
     *
     * @param why as {@link QueryStop#now} takes it
     */
    public synchronized void stop(String why) {
        stopped = why;
        if (running != null) {
            running.stop(why);
        }
    }

    private synchronized void begin(Queue queue) {
        running = queue;
        if (stopped != null) {
            queue.stop(stopped);
        }
    }

    /** Names among which all properties are that constraints ask for. */
    public static Set<String> keys(List<SavedQuery> constraints) {
        return keys(questions(constraints));
    }

    private static Set<String> keys(Map<String, Question> questions) {
        Set<String> keys = new TreeSet<>();
        questions.values().forEach(question -> keys.addAll(question.keys()));
        return keys;
    }

    /** Those that come with tablewalk: tests hold what these answer against Neo4j's answers. */
    private static Map<String, Question> questions(List<SavedQuery> constraints) {
        Map<String, Question> questions = new HashMap<>();
        for (SavedQuery query : constraints) {
            if (query.isBuiltIn()) {
                Question.of(query.cypher())
                        .ifPresent(question -> questions.put(query.id(), question));
            }
        }
        return questions;
    }

    /** Constraints that wait to be asked; each thread takes the next. */
    private final class Queue implements Runnable {
        private final List<SavedQuery> constraints;
        private final Map<String, Question> questions;
        private final Set<String> keys;
        private final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        private final List<QueryStop> stops = new ArrayList<>();
        private int next;
        private boolean ended;

        Queue(List<SavedQuery> constraints, Map<String, Question> questions, Set<String> keys) {
            this.constraints = constraints;
            this.questions = questions;
            this.keys = keys;
            constraints.forEach(
                    _ -> {
                        outcomes.add(new CompletableFuture<>());
                        stops.add(new QueryStop());
                    });
        }

        @Override
        public void run() {
            for (int i = take(); i >= 0; i = take()) {
                try {
                    outcomes.get(i).complete(outcome(constraints.get(i), this, stops.get(i)));
                } catch (RuntimeException | Error e) {
                    outcomes.get(i).completeExceptionally(e);
                }
            }
        }

        /** Stages begin in the order of the constraints. */
        private synchronized int take() {
            while (!ended && next < constraints.size()) {
                int taken = next++;
                try {
                    progress.stage(constraints.get(taken).id(), 0);
                    return taken;
                } catch (RuntimeException e) { // whoever asks is waiting for it
                    outcomes.get(taken).completeExceptionally(e);
                }
            }
            return -1;
        }

        /** Nothing more is taken, and what is being asked is stopped. */
        synchronized void end() {
            ended = true;
            stop("with the check");
        }

        /** What is taken after this is stopped before it begins. */
        void stop(String why) {
            stops.forEach(stop -> stop.now(why));
        }
    }

    private Outcome outcome(SavedQuery query, Queue queue, QueryStop stop) {
        Asked asked = new Asked(acceptances.apply(query));
        long begin = System.nanoTime();
        String error = null;
        try {
            ask(query, queue, stop, asked);
        } catch (RuntimeException e) {
            error = message(e);
        }
        return new Outcome(
                query,
                error != null ? Outcome.State.ERROR : asked.state(),
                asked.count,
                List.copyOf(asked.kept),
                (System.nanoTime() - begin) / NANOS,
                error,
                asked.accepted());
    }

    private final class Asked {
        private final Acceptance acceptance;
        private final List<List<@Nullable Object>> kept = new ArrayList<>();
        private final List<Accepted.Row> keptAccepted = new ArrayList<>();
        private long count;
        private long accepted;

        Asked(Acceptance acceptance) {
            this.acceptance = acceptance;
        }

        void add(List<@Nullable Object> row) {
            BaselineEntry entry = acceptance.of(row);
            if (entry == null) {
                if (count++ < keep) {
                    kept.add(row);
                }
            } else if (accepted++ < keep) {
                keptAccepted.add(new Accepted.Row(row, entry));
            }
        }

        Outcome.State state() {
            if (count > 0) {
                return Outcome.State.FAILED;
            }
            return accepted > 0 ? Outcome.State.ACCEPTED : Outcome.State.PASSED;
        }

        Accepted accepted() {
            return new Accepted(accepted, List.copyOf(keptAccepted), acceptance.used());
        }
    }

    private void ask(SavedQuery query, Queue queue, QueryStop stop, Asked asked) {
        Map<String, Object> values = query.values(parameters);
        Question question = queue.questions.get(query.id());
        Optional<Question.Answer> answer =
                question == null
                        ? Optional.empty()
                        : checkpoint.ask(question, queue.keys, values, stop);
        if (answer.isPresent()) {
            requireColumns(query, answer.get().columns());
            answer.get().rows().forEach(asked::add);
            progress.advance(answer.get().rows().size());
            return;
        }
        try (Rows rows = checkpoint.query(query.cypher(), values, stop)) {
            requireColumns(query, rows.columns());
            while (rows.hasNext()) {
                asked.add(rows.next());
                progress.advance(1);
            }
        }
    }

    private static void requireColumns(SavedQuery query, List<String> columns) {
        if (!columns.equals(query.columnNames())) {
            throw UserError.input(
                    "it returns the columns "
                            + String.join(", ", columns)
                            + " and declares "
                            + String.join(", ", query.columnNames()));
        }
    }

    private static String message(RuntimeException failure) {
        return failure instanceof UserError
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
