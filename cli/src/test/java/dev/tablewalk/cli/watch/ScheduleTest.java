package dev.tablewalk.cli.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    /** A clock that begins anywhere, and may overflow as the real one may. */
    private long now = Long.MAX_VALUE - 100 * SECOND;

    private final Schedule schedule = new Schedule(Duration.ofSeconds(60), () -> now);

    private void pass(double seconds) {
        now += (long) (seconds * SECOND);
    }

    private double secondsUntilDue() {
        return schedule.untilDue() / (double) SECOND;
    }

    @Test
    void theFirstIsDueAtOnce() {
        assertEquals(0, schedule.untilDue());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 60",
        "7, 0, 53",
        "59.5, 0, 0.5",
        "60, 0, 0",
        "60.5, 1, 59.5",
        "119, 1, 1",
        "120, 1, 0",
        "121, 2, 59",
        "3000.5, 50, 59.5"
    })
    void whatThereIsNoTimeForIsSkipped(double took, long skipped, double thenWaits) {
        pass(took);
        assertEquals(skipped, schedule.next());
        assertEquals(thenWaits, secondsUntilDue());
    }

    @Test
    void lateOnesDoNotPutTheOthersOff() {
        pass(20);
        assertEquals(0, schedule.next());
        pass(40 + 3); // it began 3 s late
        assertEquals(0, schedule.next());
        assertEquals(57, secondsUntilDue());
        pass(57 + 130);
        assertEquals(2, schedule.next());
        assertEquals(50, secondsUntilDue());
        pass(50);
        assertEquals(0, schedule.next());
        assertEquals(60, secondsUntilDue());
    }
}
