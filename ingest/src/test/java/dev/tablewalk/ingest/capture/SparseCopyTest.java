package dev.tablewalk.ingest.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.memory.DataExtents;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is brought up to date with one that goes on changing. */
class SparseCopyTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 5000;

    /** Pages before the part of the source that is copied, and in the file before its copy. */
    private static final int SKIPPED = 3;

    private static final long AT = 2 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path source;

    @BeforeEach
    void makeSource() throws IOException {
        source = folder.resolve("ram");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength((long) (SKIPPED + PAGES) * PAGE);
        }
    }

    private void write(int page, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.seek((long) (SKIPPED + page) * PAGE);
            file.write(bytes);
        }
    }

    private List<SparseCopy.Part> parts() {
        RamSource ram = new RamSource(1L << 30, (long) PAGES * PAGE, source, (long) SKIPPED * PAGE);
        return List.of(new SparseCopy.Part(ram, AT));
    }

    private static void resize(WorkFile work) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(work.path().toFile(), "rw")) {
            file.setLength(AT + (long) PAGES * PAGE);
        }
    }

    private void assertCopied(WorkFile work) throws IOException {
        byte[] wanted = new byte[PAGES * PAGE];
        byte[] held = new byte[PAGES * PAGE];
        try (RandomAccessFile from = new RandomAccessFile(source.toFile(), "r");
                RandomAccessFile to = new RandomAccessFile(work.path().toFile(), "r")) {
            from.seek((long) SKIPPED * PAGE);
            from.readFully(wanted);
            to.seek(AT);
            to.readFully(held);
        }
        assertArrayEquals(wanted, held);
    }

    @Test
    void whatChangesBetweenTwoTimesIsMadeUpFor() throws IOException {
        Random random = new Random(7);
        byte[] page = new byte[PAGE];
        for (int i = 0; i < PAGES; i += 2) {
            random.nextBytes(page);
            write(i, page);
        }
        write(1, new byte[PAGE]); // data for the file system, and zero
        try (WorkFile work = WorkFile.begin(folder.resolve("out"), false);
                SparseCopy copy = new SparseCopy(work);
                LinuxFile ram = LinuxFile.open(source, true)) {
            resize(work);
            copy.open(parts());
            copy.update(parts(), "copy", Progress.NONE);
            assertCopied(work);
            long data = DataExtents.of(work.path(), AT + (long) PAGES * PAGE).bytes();
            assertEquals((long) PAGES / 2 * PAGE, data, "a page that is zero was written");

            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 200; i++) {
                    int at = random.nextInt(PAGES);
                    switch (random.nextInt(4)) {
                        case 0 -> write(at, new byte[PAGE]);
                        case 1 -> {
                            long hole = (long) (SKIPPED + at) * PAGE;
                            assertTrue(ram.punch(hole, PAGE), "the file system has no holes");
                        }
                        case 2 -> write(at, new byte[] {(byte) random.nextInt()});
                        default -> {
                            random.nextBytes(page);
                            write(at, page);
                        }
                    }
                }
                copy.update(parts(), "copy", Progress.NONE);
                assertCopied(work);
            }
        }
    }

    @Test
    void aSourceThatBecomesShorterIsAnError() throws IOException {
        write(PAGES - 1, new byte[] {1});
        try (WorkFile work = WorkFile.begin(folder.resolve("out"), false);
                SparseCopy copy = new SparseCopy(work)) {
            resize(work);
            copy.open(parts());
            copy.update(parts(), "copy", Progress.NONE);
            try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
                file.setLength(PAGE);
            }
            assertThrows(IOException.class, () -> copy.update(parts(), "copy", Progress.NONE));
        }
    }

    /** Else what is half copied would pass for whole. */
    @Test
    void oneThatIsGivenUpIsAnError() throws IOException {
        write(0, new byte[] {1});
        try (WorkFile work = WorkFile.begin(folder.resolve("out"), false);
                SparseCopy copy = new SparseCopy(work)) {
            resize(work);
            copy.open(parts());
            copy.giveUp();
            assertThrows(IOException.class, () -> copy.update(parts(), "copy", Progress.NONE));
        }
    }
}
