package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.ImageSearch;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every VMCOREINFO of an image: in its note, and wherever one stands in RAM, which keeps those of
 * earlier kernels. Each is of a kernel whose map holds, or of one that is gone.
 */
final class Descriptions {
    /** More than this are of no guest. */
    private static final int MOST = 1024;

    private final Image image;
    private final RamBases bases;
    private final List<Architecture> architectures;
    private final List<ProvedMap> proved = new ArrayList<>();
    private final Map<ProvedMap, Long> places = new HashMap<>();
    private final Set<String> seen = new LinkedHashSet<>();
    private final Set<String> gone = new LinkedHashSet<>();
    private boolean emptied;

    Descriptions(Image image, RamBases bases, List<Architecture> architectures) {
        this.image = image;
        this.bases = bases;
        this.architectures = architectures;
    }

    /** Takes the one in the image's note. */
    void readNote() {
        Vmcoreinfo note = image.notes().vmcoreinfo();
        if (note != null) {
            add(note, "a note of the image", -1);
        }
    }

    /** Takes all that stand in RAM. Cost: one cache line of each page. */
    void searchRam() {
        ImageSearch.atPageOffsets(
                bases.searched(),
                Vmcoreinfo.START,
                Vmcoreinfo.inPage(),
                pa -> {
                    String where =
                            "text at " + (bases.areGiven() ? "PA " : "file offset ") + Hex.of(pa);
                    add(new Vmcoreinfo(copy(pa)), where, pa);
                    return seen.size() >= MOST;
                });
    }

    private void add(Vmcoreinfo info, String where, long place) {
        if (info.pageSize().isEmpty() || !seen.add(identity(info))) {
            return;
        }
        Optional<ProvedMap> map = ProvedMap.of(architectures, bases, info, where, false);
        if (map.isEmpty()) {
            gone.add("Linux " + info.release());
            emptied |= ProvedMap.isEmptied(architectures, bases, info);
        } else if (proved.stream().noneMatch(map.get()::isSame)) {
            proved.add(map.get());
            places.put(map.get(), place);
        }
    }

    /** Two copies of one text are one description. */
    private static String identity(Vmcoreinfo info) {
        return String.join(
                " ",
                info.release(),
                Integer.toString(info.size()),
                info.symbol("swapper_pg_dir").toString(),
                info.symbol("_stext").toString(),
                info.number("kimage_voffset").toString(),
                info.number("PHYS_OFFSET").toString(),
                info.number("phys_base").toString());
    }

    /** As much of the text as the image holds, a page at most behind its NUL. */
    byte[] copy(long pa) {
        PhysicalMemory memory = bases.searched();
        for (int most = Vmcoreinfo.MAX_BYTES; most >= Vmcoreinfo.LEAST_BYTES; most /= 2) {
            if (memory.contains(pa, most)) {
                byte[] text = new byte[most];
                memory.read(pa, text, 0, most);
                return text;
            }
        }
        return new byte[0];
    }

    /** Those of kernels whose map holds, in the order in which they were found. */
    List<ProvedMap> proved() {
        return List.copyOf(proved);
    }

    /** Where the text of one stands in what was searched; -1 if in no RAM. */
    long place(ProvedMap map) {
        return places.getOrDefault(map, -1L);
    }

    /** Releases of kernels that are described and whose page tables are not there. */
    Set<String> gone() {
        return gone;
    }

    /** Whether the root table of one is there and holds nothing. */
    boolean anyEmptied() {
        return emptied;
    }

    /** Whether any was found at all. */
    boolean any() {
        return !seen.isEmpty();
    }
}
