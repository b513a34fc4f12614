package dev.tablewalk.cypher.diff;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two checkpoints, read out of their stores.
 *
 * @param checks what constraints came to on both; none if they were not asked
 */
public record Sides(GuestGraph before, GuestGraph after, List<GraphNode.Check> checks) {
    private record One(GuestGraph graph, List<Outcome> outcomes) {}

    /**
     * Reads both, side by side on two processors; neither is open any more after.
     *
     * @param before name of a checkpoint; {@code after} may name the same
     * @param check whether to ask both all built-in constraints
     * @throws dev.tablewalk.graph.UserError if one cannot be opened
     */
    public static Sides read(
            StoreHome home, String before, String after, boolean check, Progress progress) {
        progress.stage("read both", 0);
        One one;
        One other;
        if (before.equals(after)) {
            one = read(home, before, check);
            other = one;
        } else {
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Future<One> first = threads.submit((Callable<One>) () -> read(home, before, check));
                Future<One> second = threads.submit((Callable<One>) () -> read(home, after, check));
                one = result(first);
                other = result(second);
            }
        }
        return new Sides(one.graph, other.graph, compared(one.outcomes, other.outcomes));
    }

    private static One result(Future<One> of) {
        try {
            return of.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while checkpoints were read", e);
        }
    }

    private static One read(StoreHome home, String name, boolean check) {
        try (Checkpoint checkpoint = home.open(name)) {
            List<Outcome> outcomes =
                    check
                            ? new CheckRun(checkpoint, Map.of(), 0, Progress.NONE)
                                    .outcomes(QueryLibrary.builtIn().constraints())
                            : List.of();
            return new One(checkpoint.graph(Progress.NONE), outcomes);
        }
    }

    private static List<GraphNode.Check> compared(List<Outcome> ones, List<Outcome> others) {
        List<GraphNode.Check> checks = new ArrayList<>();
        for (int i = 0; i < ones.size(); i++) {
            Outcome was = ones.get(i);
            Outcome is = others.get(i);
            checks.add(
                    new GraphNode.Check(
                            was.query().id(),
                            was.query().title(),
                            was.severity().toString(),
                            was.state().toString(),
                            is.state().toString(),
                            was.count(),
                            is.count()));
        }
        return checks;
    }
}
