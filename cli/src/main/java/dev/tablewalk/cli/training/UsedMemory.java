package dev.tablewalk.cli.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes the free memory of a synthetic guest look used: the JVM keeps how the loops of a scan
 * branch, and what it has only seen on an empty guest is wrong for a real one.
 */
final class UsedMemory {
    private static final int FRAME = 4096;

    /** Frames; enough for the best compiler to have compiled what looks at them. */
    private static final int MOST = 12_000;

    private final Random random = new Random(1);
    private final List<byte[]> used = new ArrayList<>();

    private UsedMemory() {}

    /** Fills what is zero in the image of a guest. */
    static void fill(Path image) throws IOException {
        new UsedMemory().write(image);
    }

    private void write(Path image) throws IOException {
        try (FileChannel file =
                FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            List<Long> free = new ArrayList<>();
            for (long at = 0; at < file.size(); at += FRAME) {
                byte[] frame = new byte[FRAME];
                file.read(ByteBuffer.wrap(frame), at);
                if (isZero(frame)) {
                    free.add(at);
                } else {
                    used.add(frame);
                }
            }
            for (long at : free.subList(0, Math.min(MOST, free.size()))) {
                file.write(ByteBuffer.wrap(frame()), at);
            }
        }
    }

    private static boolean isZero(byte[] frame) {
        for (byte b : frame) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Zeroes, noise, text, small numbers, or one of the guest's own frames with some damage. */
    private byte[] frame() {
        byte[] frame = new byte[FRAME];
        ByteBuffer words = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> random.nextBytes(frame);
            case 2 -> {
                for (int i = 0; i < FRAME; i++) {
                    frame[i] = (byte) (' ' + random.nextInt(95));
                }
            }
            case 3 -> {
                for (int i = 0; i < FRAME; i += 8) {
                    words.putLong(i, random.nextLong() >>> random.nextInt(64));
                }
            }
            default -> {
                words.put(0, used.get(random.nextInt(used.size())));
                int i = random.nextInt(FRAME / 8) * 8;
                words.putLong(i, random.nextLong() >>> random.nextInt(64));
            }
        }
        return frame;
    }
}
