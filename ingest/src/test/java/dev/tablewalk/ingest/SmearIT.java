package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.RunningGuest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of no one moment: the first part of a real guest's memory as it was at one moment, the
 * rest as it was at a later one, which is what a copy from end to end makes of a guest that goes on
 * meanwhile. What was torn by that is known from the two moments.
 */
class SmearIT {
    private static final int PARTS = 8;
    private static final String LIVING = "arm64-6.12";

    private static final int STEPS = 256;

    @TempDir Path folder;

    @LabGuestTest({"lab", "x86-6.12-pti"})
    void aStoppedGuestIsOfOneMoment(LabGuest guest, int moment) throws IOException {
        RootStates read = new RootStates(guest.image(moment));
        assertEquals(Set.of(), read.torn());
        assertEquals(Set.of(), read.unbalanced(), () -> read.inWords(read.unbalanced()));
        assertTrue(read.count() > 50, () -> read.count() + " address spaces");
        assertEquals(
                "0 of "
                        + read.count()
                        + " roots changed while it was copied (each is as the kernel counts it)",
                read.checkpoint().found().get("moment"));
    }

    @LabGuestTest({"lab", "x86-6.1"})
    void whatWasTornByTheCopyIsTold(LabGuest guest) throws IOException {
        RootStates before = new RootStates(guest.image(1));
        RootStates after = new RootStates(guest.image(2));
        int torn = 0;
        int untold = 0;
        for (int part = 1; part < PARTS; part++) {
            Path image = folder.resolve("smeared.raw");
            boolean newer = part % 2 == 1; // which moment its end is of
            splice(guest, newer, Files.size(guest.image(1)) / PARTS * part, image);
            RootStates smeared = new RootStates(image);
            Set<Long> wrong = new TreeSet<>(smeared.torn());
            wrong.removeAll(smeared.asNeither(before, after, true));
            assertEquals(Set.of(), wrong, "told as torn, and is as it was");
            assertEquals(smeared.torn().size(), smeared.checkpoint().counts().get("torn_roots"));
            Set<Long> truth = smeared.asNeither(before, after, false);
            torn += truth.size();
            truth.removeAll(smeared.torn());
            untold += truth.size();
            truth.retainAll(smeared.unbalanced());
            assertEquals(
                    Set.of(),
                    truth,
                    () -> "torn so that it can be told, and is not: " + smeared.inWords(truth));
        }
        System.out.println(guest + ": " + untold + " of " + torn + " torn ones cannot be told");
        assertTrue(untold < torn, "nothing was torn, or nothing of it told");
    }

    @Test
    void aGuestThatChangesWhileItIsCopied() throws Exception {
        LabGuests.require(LIVING);
        try (RunningGuest guest = RunningGuest.boot(LIVING, folder.resolve("g"), "file")) {
            guest.awaitReady();
            RootStates before = new RootStates(copy(guest, "before.raw", _ -> {}));
            // However fast the two are, it begins to change and is done while it is copied.
            Path smeared =
                    copy(
                            guest,
                            "meanwhile.raw",
                            step -> {
                                if (step == STEPS / 4) {
                                    guest.proceed();
                                } else if (step == STEPS / 2) {
                                    assertTrue(guest.says("GUEST-READY-2", 600), "it changes");
                                }
                            });
            RootStates meanwhile = new RootStates(smeared);
            RootStates after = new RootStates(copy(guest, "after.raw", _ -> {}));

            assertEquals(Set.of(), before.torn(), "of a guest in which nothing moves");
            assertEquals(Set.of(), after.torn(), "of a guest in which nothing moves any more");
            assertFalse(meanwhile.torn().isEmpty());
            Set<Long> wrong = new TreeSet<>(meanwhile.torn());
            wrong.removeAll(meanwhile.asNeither(before, after, true));
            assertEquals(Set.of(), wrong, "told as torn, and is as it was");
        }
    }

    /** What happens before a step of a copy. */
    private interface Meanwhile {
        void before(int step) throws Exception;
    }

    /** Copies its RAM from end to end, as it runs. */
    private Path copy(RunningGuest guest, String name, Meanwhile meanwhile) throws Exception {
        Path into = folder.resolve(name);
        try (FileChannel ram = FileChannel.open(guest.ram());
                FileChannel out =
                        FileChannel.open(
                                into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long step = ram.size() / STEPS;
            for (int i = 0; i < STEPS; i++) {
                meanwhile.before(i);
                copy(ram, i * step, (i + 1) * step, out);
            }
        }
        return into;
    }

    /** The first bytes as they were at one moment, the others as they were at the other. */
    private static void splice(LabGuest guest, boolean newer, long cut, Path into)
            throws IOException {
        Files.deleteIfExists(into);
        try (FileChannel first = FileChannel.open(guest.image(newer ? 1 : 2));
                FileChannel second = FileChannel.open(guest.image(newer ? 2 : 1));
                FileChannel out =
                        FileChannel.open(
                                into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(first, 0, cut, out);
            copy(second, cut, second.size(), out);
        }
    }

    private static void copy(FileChannel from, long start, long end, FileChannel to)
            throws IOException {
        for (long at = start; at < end; ) {
            at += from.transferTo(at, end - at, to);
        }
    }
}
