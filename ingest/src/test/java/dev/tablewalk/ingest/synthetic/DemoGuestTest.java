package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoGuestTest {
    @TempDir Path folder;

    @Test
    void isAFewDozenTasks() throws IOException {
        WrittenGuest guest = DemoGuest.at(false).write(folder.resolve("before.raw"));
        assertTrue(guest.tasks().size() > 24, () -> guest.tasks().toString());
        assertEquals(64 << 20, Files.size(guest.path()));
        assertEquals("workers", guest.task(310).comm());
        assertEquals(4, guest.tasks().stream().filter(t -> t.tgid() == 310).count());
    }

    @Test
    void isTheSameEachTime() throws IOException {
        WrittenGuest first = DemoGuest.at(false).write(folder.resolve("first.raw"));
        WrittenGuest second = DemoGuest.at(false).write(folder.resolve("second.raw"));
        assertArrayEquals(Files.readAllBytes(first.path()), Files.readAllBytes(second.path()));
    }

    @Test
    void changesBetweenItsMoments() throws IOException {
        WrittenGuest before = DemoGuest.at(false).write(folder.resolve("before.raw"));
        WrittenGuest after = DemoGuest.at(true).write(folder.resolve("after.raw"));
        assertEquals("backup", after.task(400).comm());
        assertThrows(IllegalArgumentException.class, () -> before.task(400));
        assertEquals(0, before.swaps().size());
        assertEquals(16, after.swaps().size());
    }
}
