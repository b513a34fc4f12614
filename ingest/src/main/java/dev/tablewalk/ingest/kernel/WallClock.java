package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * The kernel's own clock, as it last kept it: {@code struct timekeeper}. Kernels without symbols of
 * data do not say where that is, but it shows: both of its time bases read one clock source, with
 * the same mask ({@code tk_setup_internals()}, {@code kernel/time/timekeeping.c}).
 *
 * @param now seconds since 1970
 * @param booted when the kernel's monotonic clock began, seconds since 1970
 */
record WallClock(long now, long booted) {
    /** A machine without a clock of its own begins in 1970; what it says is not the time. */
    private static final long FIRST = Instant.parse("2005-01-01T00:00:00Z").getEpochSecond();

    private static final long LAST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

    /** Finds it in the kernel's image. Cost: a pass over the image. */
    static Optional<WallClock> in(KernelMemory memory, TypeInfo types, KernelImage image) {
        Optional<Field> mono = types.member("timekeeper", "tkr_mono.clock");
        Optional<Field> monoMask = types.member("timekeeper", "tkr_mono.mask");
        Optional<Field> raw = types.member("timekeeper", "tkr_raw.clock");
        Optional<Field> rawMask = types.member("timekeeper", "tkr_raw.mask");
        Optional<Field> seconds = types.member("timekeeper", "xtime_sec");
        Optional<Field> toMonotonic = types.member("timekeeper", "wall_to_monotonic.tv_sec");
        if (mono.isEmpty()
                || monoMask.isEmpty()
                || raw.isEmpty()
                || rawMask.isEmpty()
                || seconds.isEmpty()
                || toMonotonic.isEmpty()) {
            return Optional.empty();
        }
        WallClock[] newest = new WallClock[1];
        Words.any(
                memory.physical(),
                image.start(),
                image.end(),
                (at, word) -> {
                    if (word >= 0) {
                        return false; // no pointer of the kernel's
                    }
                    long keeper = at - mono.get().offset();
                    try {
                        long mask = memory.physical().u64(keeper + monoMask.get().offset());
                        boolean fits =
                                memory.physical().u64(keeper + raw.get().offset()) == word
                                        && mask >>> 16 != 0 // all 64 bits of a TSC's
                                        && (mask & mask + 1) == 0
                                        && memory.physical().u64(keeper + rawMask.get().offset())
                                                == mask;
                        long now = memory.physical().u64(keeper + seconds.get().offset());
                        long boot = -memory.physical().u64(keeper + toMonotonic.get().offset());
                        if (fits
                                && now >= FIRST
                                && now < LAST
                                && boot > 0
                                && boot <= now + 1
                                && (newest[0] == null || newest[0].now < now)) {
                            newest[0] = new WallClock(now, boot);
                        }
                    } catch (MemoryFault e) {
                        return false;
                    }
                    return false;
                });
        return Optional.ofNullable(newest[0]);
    }

    /** When it booted, in UTC. */
    String text() {
        return "booted " + Instant.ofEpochSecond(booted);
    }
}
