package dev.tablewalk.fleet;

import java.net.URL;
import java.util.Objects;

/** The questions in SQL that come with tablewalk. */
public final class Questions {
    private Questions() {}

    /** The folder of their files, as a class loader gives it. */
    public static URL folder() {
        return Objects.requireNonNull(
                Questions.class.getResource("/dev/tablewalk/fleet/questions"));
    }
}
