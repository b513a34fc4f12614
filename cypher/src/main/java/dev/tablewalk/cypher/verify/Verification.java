package dev.tablewalk.cypher.verify;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;

/**
 * The guest's own word, ready to be laid beside a checkpoint.
 *
 * <p>Compared are tasks by tid (their process, comm, parent and user; state and CPU if they have
 * not run since), VMAs by process and start (end, perms and path), and pages by process and virtual
 * address (frame or swap slot). The collector and the shell that ran it are left out.
 */
public final class Verification {
    private final Path file;
    private final Truth truth;

    private Verification(Path file, Truth truth) {
        this.file = file;
        this.truth = truth;
    }

    /**
     * Reads a truth file; costs one pass, and 16 bytes of memory a page.
     *
     * @throws UserError if the file cannot be read, is no truth, or is not whole
     */
    public static Verification of(Path file, Progress progress) {
        return new Verification(file, TruthReader.read(file, progress));
    }

    /**
     * Compares.
     *
     * @param limit how many differences of each subject and fault the report lists
     * @throws UserError if the two cannot be of the same guest
     */
    public Report compare(Checkpoint checkpoint, int limit, Progress progress) {
        GraphFacts graph = GraphReader.read(checkpoint, progress);
        if (graph.pageSize() != truth.pageSize()) {
            throw UserError.input(
                    file
                            + " is of a guest with pages of "
                            + truth.pageSize()
                            + " bytes, and checkpoint "
                            + checkpoint.info().name()
                            + " has pages of "
                            + graph.pageSize()
                            + ": give the truth that was taken with its image");
        }
        return new Comparison(truth, graph, limit).report(progress);
    }
}
