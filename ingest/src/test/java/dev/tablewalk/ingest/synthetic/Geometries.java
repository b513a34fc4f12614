package dev.tablewalk.ingest.synthetic;

import java.util.List;

/**
 * Every geometry that an arm64 kernel can have, and those of kernels built for more than they run.
 */
public final class Geometries {
    public static final List<Geometry> ALL =
            List.of(
                    Geometry.arm64(12, 39, false),
                    Geometry.arm64(12, 48, false),
                    Geometry.arm64(12, 48, false).configuredFor(52),
                    Geometry.arm64(12, 52, true),
                    Geometry.arm64(14, 36, false),
                    Geometry.arm64(14, 47, false),
                    Geometry.arm64(14, 47, false).configuredFor(52),
                    Geometry.arm64(14, 48, false),
                    Geometry.arm64(14, 52, true),
                    Geometry.arm64(16, 42, false),
                    Geometry.arm64(16, 48, false),
                    Geometry.arm64(16, 48, false).configuredFor(52),
                    Geometry.arm64(16, 52, false));

    private Geometries() {}
}
