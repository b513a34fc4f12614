package dev.tablewalk.cypher.verify;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a guest said of itself through its {@code /proc}.
 *
 * @param pageSize bytes
 * @param processes by pid
 * @param collector the process that wrote this down, if it can be told
 */
record Truth(
        long pageSize, SortedMap<Integer, GuestProcess> processes, Optional<Collector> collector) {
    /**
     * The process that wrote the truth down, which moves while it looks.
     *
     * @param parent the shell that ran it
     * @param started nanoseconds of the guest's clock, rounded down to its tick; empty if not told
     */
    record Collector(int pid, OptionalInt parent, OptionalLong started) {}

    /**
     * What is told of a thread besides its name.
     *
     * @param state its letter
     * @param parent pid of its parent's process; 0 of those that the kernel itself began
     * @param uid real user
     * @param cpu the CPU that it was on, or on last
     * @param switches how often it had been switched out
     */
    record Standing(String state, int parent, long uid, int cpu, long switches) {}

    /**
     * A process: its threads' comms by tid, and their standing if that is told; its VMAs by start;
     * its pages; start and end of the ranges whose pages were not read.
     */
    static final class GuestProcess {
        private final SortedMap<Integer, String> threads = new TreeMap<>();
        private final Map<Integer, Standing> standings = new HashMap<>();
        private final SortedMap<Long, Area> areas = new TreeMap<>(Long::compareUnsigned);
        private final PageList pages = new PageList();
        private final VaRanges unread = new VaRanges();

        SortedMap<Integer, String> threads() {
            return threads;
        }

        SortedMap<Long, Area> areas() {
            return areas;
        }

        PageList pages() {
            return pages;
        }

        Map<Integer, Standing> standings() {
            return standings;
        }

        VaRanges unread() {
            return unread;
        }
    }

    /**
     * A VMA, as {@code /proc/PID/maps} prints it.
     *
     * @param end virtual address behind the last byte
     * @param perms such as {@code r-xp}
     * @param path the last column; empty if there is none
     */
    record Area(long start, long end, String perms, String path) {}

    Truth {
        processes = Collections.unmodifiableSortedMap(processes);
    }

    /** The comms of all threads by tid. */
    Map<Integer, String> comms() {
        Map<Integer, String> comms = new TreeMap<>();
        processes.values().forEach(process -> comms.putAll(process.threads()));
        return comms;
    }
}
