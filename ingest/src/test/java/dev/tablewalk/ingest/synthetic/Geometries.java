package dev.tablewalk.ingest.synthetic;

import java.util.List;
import java.util.stream.Stream;

/** Every geometry that a kernel can have, and those of kernels built for more than they run. */
public final class Geometries {
    public static final List<Arm64Geometry> ARM64 =
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

    public static final List<X86Geometry> X86 = List.of(Geometry.x86(4), Geometry.x86(5));

    public static final List<Geometry> ALL =
            Stream.<Geometry>concat(ARM64.stream(), X86.stream()).toList();

    private Geometries() {}
}
