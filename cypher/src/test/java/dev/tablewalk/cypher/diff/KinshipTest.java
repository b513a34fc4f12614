package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What two checkpoints are to each other, and what is said of it. */
class KinshipTest {
    private static final String KERNEL = "#1 SMP";

    private static Guests guest(long kaslr, long bootDelay) {
        Guests guest = Guests.guest(KERNEL, 4096, kaslr);
        for (int pid = 2; pid < 12; pid++) {
            guest.task(pid, pid * 1_000L + bootDelay, true);
        }
        return guest.task(100, 5_000_000 + bootDelay, false);
    }

    private static void assertKinship(Kinship wanted, Guests before, Guests after) {
        assertEquals(wanted, Kinship.of(before.side(), after.side()));
        assertEquals(wanted, Kinship.of(after.side(), before.side()));
    }

    @Test
    void twoMomentsOfOneBoot() {
        Guests later = guest(0, 0).task(12, 9_000_000, true).task(101, 9_000_001, false);
        assertKinship(Kinship.SAME_BOOT, guest(0, 0), later);
        assertEquals(List.of(), Kinship.SAME_BOOT.notices(guest(0, 0).side(), later.side()));
    }

    @Test
    void workersMayComeAndGo() {
        Guests before = Guests.guest(KERNEL, 4096, 0);
        Guests after = Guests.guest(KERNEL, 4096, 0);
        for (int pid = 2; pid < 12; pid++) {
            before.task(pid, pid, true);
            after.task(pid, pid < 8 ? pid : pid + 1_000, true);
        }
        assertKinship(Kinship.SAME_BOOT, before, after);
    }

    @Test
    void anotherBootHasOtherStartTimesOrAnotherPlace() {
        assertKinship(Kinship.OTHER_BOOT, guest(0, 0), guest(0, 1));
        assertKinship(Kinship.OTHER_BOOT, guest(0, 0), guest(0x20_0000, 0));
    }

    @Test
    void withoutKernelThreadsAnyTaskWillDo() {
        Guests one = Guests.guest(KERNEL, 4096, 0).task(1, 10, false).task(5, 50, false);
        Guests same = Guests.guest(KERNEL, 4096, 0).task(1, 10, false).task(6, 60, false);
        Guests other = Guests.guest(KERNEL, 4096, 0).task(1, 11, false).task(5, 51, false);
        assertKinship(Kinship.SAME_BOOT, one, same);
        assertKinship(Kinship.OTHER_BOOT, one, other);
        assertKinship(Kinship.SAME_BOOT, Guests.guest(), Guests.guest());
    }

    @Test
    void anotherKernelIsAnother() {
        Guests other = Guests.guest("#2 SMP", 4096, 0).task(2, 2_000, true);
        assertKinship(Kinship.OTHER_KERNEL, guest(0, 0), other);
    }

    @Test
    void pagesOfAnotherSizeAreAnotherLayout() {
        assertKinship(Kinship.OTHER_LAYOUT, guest(0, 0), Guests.guest(KERNEL, 16384, 0));
    }

    @Test
    void whatCannotBeToldIsSaid() {
        Side before = guest(0, 0).side();
        List<String> boots = Kinship.OTHER_BOOT.notices(before, guest(0x20_0000, 0).side());
        assertEquals(3, boots.size(), boots::toString);
        assertTrue(boots.get(0).contains("two boots of 6.12.0"));
        assertTrue(boots.get(2).contains("0x0 and 0x200000"), boots::toString);
        List<String> sizes =
                Kinship.OTHER_LAYOUT.notices(before, Guests.guest(KERNEL, 16384, 0).side());
        assertTrue(sizes.getFirst().contains("4 KiB pages"), sizes::toString);
        assertTrue(sizes.getFirst().contains("16 KiB pages"), sizes::toString);
    }
}
