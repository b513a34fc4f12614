package dev.tablewalk.ingest.lab;

import java.nio.file.Path;

/**
 * A captured guest of the lab. Its files are in the lab's cache and shared by all tests: read them
 * only.
 *
 * @param name as in {@code guests.conf}
 * @param directory where its checkpoints are
 */
public record LabGuest(String name, Path directory) {
    /** How often each guest of {@code guests.conf} is stopped. */
    public static final int CHECKPOINTS = 2;

    /**
     * The guest's RAM, from {@link #ramBase} on.
     *
     * @param checkpoint from 1
     */
    public Path image(int checkpoint) {
        return directory.resolve(name + "-" + checkpoint + ".raw");
    }

    /** PA of the first byte of {@link #image}: machine {@code virt} of arm64, or a PC. */
    public long ramBase() {
        return name.contains("x86") ? 0 : 0x4000_0000L;
    }

    /**
     * What the guest said of itself at that moment, in the format of {@code guest/truth.c}.
     *
     * @param checkpoint from 1
     */
    public Path truth(int checkpoint) {
        return directory.resolve(name + "-" + checkpoint + ".truth");
    }

    @Override
    public String toString() {
        return name;
    }
}
