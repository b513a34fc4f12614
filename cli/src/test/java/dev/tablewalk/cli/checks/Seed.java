package dev.tablewalk.cli.checks;

import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One violation of one constraint.
 *
 * @param column in which the constraint tells what was planted
 * @param ground what the guest has for it
 * @param planting what is done to the written image
 * @param also what other constraints cannot but see of it
 */
public record Seed(
        String constraint, String column, Ground ground, Planting planting, List<Also> also) {
    /** Adds to a guest, before it is written, what a violation is done to, or the violation. */
    public interface Ground {
        void prepare(GuestImageBuilder guest, SeededGuest.Places places, int pid);
    }

    /** Changes the written guest. */
    public interface Planting {
        /** Returns what the column holds in the row that tells of it. */
        Object plant(SeededGuest guest, SeededGuest.Places places, int pid) throws IOException;
    }

    /** Another constraint that sees it too, and what its column holds, of the written guest. */
    public record Also(String constraint, Planting where) {}

    /** The same, with another constraint that cannot but see it too. */
    Seed also(String other, Planting where) {
        List<Also> all = new ArrayList<>(also);
        all.add(new Also(other, where));
        return new Seed(constraint, column, ground, planting, List.copyOf(all));
    }
}
