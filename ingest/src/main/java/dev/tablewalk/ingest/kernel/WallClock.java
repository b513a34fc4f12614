package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The kernel's own clock, as it last kept it: {@code struct timekeeper}. Kernels without symbols of
 * data do not say where that is, but it shows: both of its time bases read one clock source, with
 * the same mask ({@code tk_setup_internals()}, {@code kernel/time/timekeeping.c}).
 *
 * @param now seconds since 1970
 * @param nanos of the second that has begun, up to the last tick
 * @param booted when the kernel's monotonic clock began, seconds since 1970
 */
record WallClock(long now, int nanos, long booted) {
    private static final int NANOS = 1_000_000_000;

    /** A machine without a clock of its own begins in 1970; what it says is not the time. */
    private static final long FIRST = Instant.parse("2005-01-01T00:00:00Z").getEpochSecond();

    private static final long LAST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

    /** Of it, of its shadow, and of what stands around them under one symbol. */
    private static final int MOST_BYTES = 1 << 12;

    /** Where its symbol says, else somewhere in the kernel's image. */
    static Optional<WallClock> of(Kernel kernel) {
        // tk_core holds it alone until it became one of timekeeper_data[]; first comes a lock.
        for (String symbol : List.of("tk_core", "timekeeper_data")) {
            OptionalLong va = kernel.symbols().address(symbol);
            if (va.isPresent() && kernel.memory().readable(va.getAsLong(), 1)) {
                long pa = kernel.memory().pa(va.getAsLong());
                Optional<WallClock> there =
                        in(kernel.memory(), kernel.types(), pa, pa + MOST_BYTES);
                if (there.isPresent()) {
                    return there;
                }
            }
        }
        return in(kernel.memory(), kernel.types(), kernel.imagePa(), kernel.imageEnd());
    }

    /** Finds it in a part of the kernel's image. Cost: a pass over that. */
    static Optional<WallClock> in(KernelMemory memory, TypeInfo types, long startPa, long endPa) {
        Optional<Field> mono = types.member("timekeeper", "tkr_mono.clock");
        Optional<Field> monoMask = types.member("timekeeper", "tkr_mono.mask");
        Optional<Field> raw = types.member("timekeeper", "tkr_raw.clock");
        Optional<Field> rawMask = types.member("timekeeper", "tkr_raw.mask");
        Optional<Field> seconds = types.member("timekeeper", "xtime_sec");
        Optional<Field> shifted = types.member("timekeeper", "tkr_mono.xtime_nsec");
        Optional<Field> shift = types.member("timekeeper", "tkr_mono.shift");
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
                startPa,
                endPa,
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
                            newest[0] =
                                    new WallClock(now, nanos(memory, keeper, shifted, shift), boot);
                        }
                    } catch (MemoryFault e) {
                        return false;
                    }
                    return false;
                });
        return Optional.ofNullable(newest[0]);
    }

    private static int nanos(
            KernelMemory memory, long keeper, Optional<Field> shifted, Optional<Field> shift) {
        if (shifted.isEmpty() || shift.isEmpty()) {
            return 0;
        }
        long by = memory.physical().u32(keeper + shift.get().offset());
        long nanos = memory.physical().u64(keeper + shifted.get().offset()) >>> by;
        return by < Long.SIZE && nanos >= 0 && nanos < NANOS ? (int) nanos : 0;
    }

    /** Milliseconds since 1970. */
    long millis() {
        return now * 1000 + nanos / 1_000_000;
    }

    /** When it booted, in UTC. */
    String text() {
        return "booted " + Instant.ofEpochSecond(booted);
    }
}
