package dev.tablewalk.cli.watch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When moments are due: the first at once, and then one every so often, counted from the first. One
 * that takes longer than that does not put the others off: those that it leaves no time for are
 * skipped.
 */
public final class Schedule {
    private final long every;
    private final LongSupplier clock;
    private long due;

    /**
     * @param every at least a nanosecond
     * @param clock as {@link System#nanoTime()}
     */
    public Schedule(Duration every, LongSupplier clock) {
        this.every = every.toNanos();
        this.clock = clock;
        this.due = clock.getAsLong();
    }

    /** Nanoseconds until the next is due; none or fewer if it is. */
    public long untilDue() {
        return due - clock.getAsLong();
    }

    /**
     * One is over, and the next is the first whose time has not passed.
     *
     * @return how many are skipped
     */
    public long next() {
        due += every;
        long late = -untilDue();
        if (late <= 0) {
            return 0;
        }
        long skipped = (late - 1) / every + 1;
        due += skipped * every;
        return skipped;
    }
}
