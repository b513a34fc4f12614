package dev.tablewalk.cli.input;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.graph.UserError;
import java.util.List;

/** Which constraints a checkpoint is held against. */
public final class Constraints {
    private Constraints() {}

    /**
     * Those that were named, or all that there are of such a checkpoint.
     *
     * @param ids none for all
     * @throws UserError if one is not there, is no constraint, or not of such a checkpoint
     */
    public static List<SavedQuery> of(
            QueryLibrary library, CheckpointInfo checkpoint, List<String> ids) {
        Subject subject = checkpoint.isDiff() ? Subject.DIFF : Subject.CHECKPOINT;
        if (ids.isEmpty()) {
            List<SavedQuery> all = library.constraints(subject);
            if (all.isEmpty()) {
                throw aDiff(checkpoint, "there is no constraint of diffs");
            }
            return all;
        }
        List<SavedQuery> named = ids.stream().distinct().map(library::get).toList();
        for (SavedQuery query : named) {
            if (query.kind() != SavedQuery.Kind.CONSTRAINT) {
                throw UserError.input(
                        query.id()
                                + " is a report, whose rows are no violations: ask it with"
                                + " tablewalk query "
                                + checkpoint.name()
                                + " --saved "
                                + query.id());
            }
            query.requireSubject(checkpoint);
            if (query.subject() != subject) {
                throw aDiff(checkpoint, query.id() + " is a constraint of single moments");
            }
        }
        return named;
    }

    private static UserError aDiff(CheckpointInfo checkpoint, String why) {
        return UserError.input(
                checkpoint.name()
                        + " is a diff, and "
                        + why
                        + ": check its two sides, or make it with tablewalk diff … --checks and ask"
                        + " tablewalk query "
                        + checkpoint.name()
                        + " --saved checks_that_changed");
    }
}
