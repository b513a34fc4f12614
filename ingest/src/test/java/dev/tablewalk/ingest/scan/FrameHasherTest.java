package dev.tablewalk.ingest.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PhysicalRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a hash of frames must be: every bit counts, and so does where it stands. */
class FrameHasherTest {
    private static long hash(byte[] bytes) {
        int shift = Integer.numberOfTrailingZeros(bytes.length);
        FrameHasher hasher =
                new FrameHasher(
                        new FrameIndex(List.of(new PhysicalRange(0, bytes.length)), shift),
                        pa -> true);
        long[] words = new long[bytes.length / 8];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
        hasher.frame(0, 0, words);
        return hasher.hashes().hash(0);
    }

    private static byte[] content(int shift, long seed, int kind) {
        byte[] bytes = new byte[1 << shift];
        switch (kind) {
            case 0 -> new Random(seed).nextBytes(bytes);
            case 1 -> bytes[(int) (seed & bytes.length - 1)] = (byte) (seed >>> 32);
            default -> Arrays.fill(bytes, (byte) seed);
        }
        return bytes;
    }

    @Property(tries = 300)
    void everyBitCounts(
            @ForAll @IntRange(min = 12, max = 16) int shift,
            @ForAll long seed,
            @ForAll @IntRange(max = 2) int kind,
            @ForAll int bit) {
        byte[] bytes = content(shift, seed, kind);
        long before = hash(bytes);
        int at = bit & (bytes.length << 3) - 1;
        bytes[at >>> 3] ^= (byte) (1 << (at & 7));
        long after = hash(bytes);
        assertNotEquals(before, after);
        bytes[at >>> 3] ^= (byte) (1 << (at & 7));
        assertEquals(before, hash(bytes));
    }

    @Property(tries = 300)
    void placeCounts(
            @ForAll @IntRange(min = 12, max = 16) int shift,
            @ForAll long seed,
            @ForAll @IntRange(max = 2) int kind,
            @ForAll int one,
            @ForAll int other) {
        byte[] bytes = content(shift, seed, kind);
        byte[] swapped = bytes.clone();
        int mask = (bytes.length >>> 3) - 1;
        System.arraycopy(bytes, (one & mask) << 3, swapped, (other & mask) << 3, 8);
        System.arraycopy(bytes, (other & mask) << 3, swapped, (one & mask) << 3, 8);
        assertEquals(Arrays.equals(bytes, swapped), hash(bytes) == hash(swapped));
    }

    /** Of zeroes with one bit set, which are the likeliest to be mixed up, no two are alike. */
    @Property(tries = 1)
    void singleBitsAreAllDifferent() {
        Set<Long> seen = new HashSet<>();
        byte[] bytes = new byte[4096];
        seen.add(hash(bytes));
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit >>> 3] = (byte) (1 << (bit & 7));
            assertTrue(seen.add(hash(bytes)), "bit " + bit);
            bytes[bit >>> 3] = 0;
        }
    }

    /** As it was when it was chosen: another value needs another version of the schema. */
    @Property(tries = 1)
    void isTheSameInEveryVersion() {
        byte[] bytes = new byte[4096];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8));
        }
        assertEquals(0xd997b1784d128d77L, hash(bytes));
    }
}
