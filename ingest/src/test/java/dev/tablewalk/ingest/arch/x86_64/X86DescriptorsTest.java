package dev.tablewalk.ingest.arch.x86_64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tablewalk.ingest.arch.EntryKind;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every descriptor. */
class X86DescriptorsTest {
    private static final int DESCRIPTORS = 100_000;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    static Stream<X86Format> formats() {
        return Stream.of(
                new X86Format(48),
                new X86Format(57),
                new X86Format(57).withVaBits(48),
                new X86Format(48).withSmeMask(1L << 47));
    }

    private interface Rule {
        void check(long d, int level, EntryKind kind, long random);
    }

    /** Present or not, and with few bits or many. */
    private static void forAll(X86Format format, Rule rule) {
        Random random = new Random(0x86);
        for (int i = 0; i < DESCRIPTORS; i++) {
            long d = random.nextLong();
            d &= random.nextBoolean() ? -1L : random.nextLong();
            d |= random.nextBoolean() ? 0L : 0x07f0_0000_0000_0000L;
            d &= random.nextBoolean() ? -1L : 0x8fff_ffff_ffff_f1ffL;
            int level = random.nextInt(format.levels());
            rule.check(d, level, format.kind(d, level), random.nextLong());
        }
    }

    private static boolean hasAddress(EntryKind kind) {
        return kind == EntryKind.TABLE || kind == EntryKind.LEAF;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyKindOccurs(X86Format format) {
        Set<EntryKind> seen = EnumSet.of(format.kind(0, 0));
        forAll(format, (d, level, kind, random) -> seen.add(kind));
        assertEquals(EnumSet.allOf(EntryKind.class), seen);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void anAddressComesBack(X86Format format) {
        forAll(
                format,
                (d, level, kind, random) -> {
                    if (!hasAddress(kind)) {
                        return;
                    }
                    assertEquals(d, format.withAddress(d, level, format.address(d, level)));
                    long moved = format.withAddress(d, level, random);
                    assertEquals(kind, format.kind(moved, level));
                    int lowest = kind == EntryKind.TABLE ? 12 : format.shift(level);
                    long fits = random & ADDRESS & -(1L << lowest);
                    long encrypted = format.address(~0x80L, 0) ^ ADDRESS;
                    assertEquals(fits & ~encrypted, format.address(moved, level));
                });
    }

    @ParameterizedTest
    @MethodSource("formats")
    void whatDiffersInAddressOnlyIsEqualWithoutIt(X86Format format) {
        forAll(
                format,
                (d, level, kind, random) -> {
                    if (!hasAddress(kind)) {
                        return;
                    }
                    long moved = format.withAddress(d, level, random);
                    long rest = format.withoutAddress(d, level);
                    assertEquals(rest, format.withoutAddress(moved, level));
                    if (kind == EntryKind.LEAF) {
                        assertEquals(format.attributes(d, level), format.attributes(moved, level));
                        assertEquals(format.isDevice(d, level), format.isDevice(moved, level));
                    }
                    // And nothing but the address is gone: any other bit tells two apart.
                    long other = 1L << (random & 63);
                    if ((other & ADDRESS) == 0) {
                        assertNotEquals(rest, format.withoutAddress(d ^ other, level));
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aSlotComesBack(X86Format format) {
        forAll(
                format,
                (d, level, kind, random) -> {
                    assertEquals(d, format.withSwapOffset(d, format.swapOffset(d)));
                    long slot = random & ((1L << 50) - 1);
                    long moved = format.withSwapOffset(d, slot);
                    assertEquals(slot, format.swapOffset(moved));
                    assertEquals(format.swapType(d), format.swapType(moved));
                    assertEquals(format.withoutSwapOffset(d), format.withoutSwapOffset(moved));
                });
    }

    @ParameterizedTest
    @MethodSource("formats")
    void onlyWhatIsDefinedIsPlausible(X86Format format) {
        forAll(
                format,
                (d, level, kind, random) -> {
                    boolean plausible = (format.plausibleLevels(d) >> level & 1) != 0;
                    if (plausible) {
                        assertNotEquals(EntryKind.RESERVED, kind);
                        assertNotEquals(EntryKind.EMPTY, kind);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("formats")
    void onlyCanonicalAddressesAreTheKernels(X86Format format) {
        forAll(
                format,
                (d, level, kind, random) -> {
                    int unused = 64 - format.vaBits();
                    long canonical = random << unused >> unused;
                    assertEquals(canonical < 0, format.isKernel(canonical));
                    assertEquals(random < 0 && random == canonical, format.isKernel(random));
                });
    }
}
