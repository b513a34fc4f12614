package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.isf.Isf;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Holds a symbol file against the kernel in the image: it must be of the same build, and its
 * symbols must all have been moved by the same number of bytes.
 */
final class IsfFit {
    private final Isf isf;
    private final KernelImage image;
    private final KernelMemory memory;
    private final Vmcoreinfo info;
    private final Kallsyms own;

    /**
     * @param own what the kernel's own table says, which is believed before the file
     */
    IsfFit(Isf isf, KernelImage image, KernelMemory memory, Vmcoreinfo info, Kallsyms own) {
        this.isf = isf;
        this.image = image;
        this.memory = memory;
        this.info = info;
        this.own = own;
    }

    /**
     * The kernel's own symbols and the file's, where they are in the image.
     *
     * @throws UserError if the file is of another kernel
     */
    Kallsyms symbols(KernelMap map, Progress progress) {
        String build = requireSameBuild(map);
        Map<String, Long> known = new HashMap<>(own.addresses());
        known.putAll(info.symbols());
        known.put("swapper_pg_dir", map.rootVa());
        Map<Long, Integer> shifts = new HashMap<>();
        int compared = 0;
        for (Map.Entry<String, Long> symbol : known.entrySet()) {
            long pa = symbol.getValue() - map.imageOffset();
            if (isf.address(symbol.getKey()).isPresent()
                    && pa >= image.start()
                    && pa < image.end()) {
                compared++;
                shifts.merge(
                        symbol.getValue() - isf.address(symbol.getKey()).getAsLong(),
                        1,
                        Integer::sum);
            }
        }
        Map.Entry<Long, Integer> most =
                shifts.entrySet().stream()
                        .max(Map.Entry.<Long, Integer>comparingByValue())
                        .orElse(Map.entry(0L, 0));
        if (compared > 0 && (2 * most.getValue() <= compared || (most.getKey() & 0xfff) != 0)) {
            throw UserError.input(
                    isf.file()
                            + " does not fit: of "
                            + compared
                            + " symbols whose addresses are known, no more than "
                            + most.getValue()
                            + " are moved alike; give the symbol file of this very build of Linux "
                            + info.release());
        }
        progress.found(
                "isf",
                isf.structs().size() + " structs from " + isf.file().getFileName(),
                build
                        + "; "
                        + most.getValue()
                        + " of "
                        + compared
                        + " known symbols are moved by "
                        + Hex.of(most.getKey()));
        if (compared == 0) {
            return own;
        }
        Map<String, Long> moved = new HashMap<>();
        isf.addresses().forEach((name, address) -> moved.put(name, address + most.getKey()));
        return own.with(moved);
    }

    private String requireSameBuild(KernelMap map) {
        if (isf.banner().isEmpty()) {
            return "it has no linux_banner to compare";
        }
        Optional<Banner> banner =
                Banner.find(
                        memory, own, image.start(), image.end(), map.imageOffset(), info.release());
        String held = banner.map(Banner::text).orElse("");
        boolean same =
                banner.isPresent()
                        ? isf.banner().strip().equals(held.strip())
                        : isf.banner().startsWith("Linux version " + info.release() + " ");
        if (!same) {
            throw UserError.input(
                    isf.file()
                            + " is of "
                            + Banner.brief(isf.banner())
                            + ", the image holds "
                            + (banner.isPresent() ? Banner.brief(held) : "Linux " + info.release())
                            + "; give the symbol file of that kernel");
        }
        return banner.isPresent()
                ? "its linux_banner is the image's"
                : "its linux_banner has the image's release";
    }
}
