package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks QEMU where the guest's main memory is. */
final class GuestRam {
    private static final int MOST_BRIDGES = 256;

    private final QemuMonitor monitor;

    GuestRam(QemuMonitor monitor) {
        this.monitor = monitor;
    }

    /** By ascending address. It may change until the guest is stopped: PC firmware, hotplug. */
    List<RamBlock> blocks() {
        return MemoryTree.mainMemory(monitor.human("info mtree -f"), backends(), bars());
    }

    private Map<String, Long> backends() {
        Map<String, Long> backends = new HashMap<>();
        for (JsonNode backend : monitor.execute("query-memdev")) {
            if (backend.path("size").canConvertToLong()) {
                backends.put(backend.path("id").asText(), backend.path("size").asLong());
            }
        }
        return backends;
    }

    /** Memory that is shared with a PCI device is a backend too, and no main memory. */
    private List<MemoryTree.Span> bars() {
        List<MemoryTree.Span> bars = new ArrayList<>();
        JsonNode buses;
        try {
            buses = monitor.ask("query-pci", Map.of());
        } catch (QemuMonitor.Refused noPci) {
            return bars;
        }
        for (JsonNode bus : buses) {
            addBars(bus.path("devices"), bars, 0);
        }
        return bars;
    }

    private static void addBars(JsonNode devices, List<MemoryTree.Span> to, int depth) {
        for (JsonNode device : devices) {
            for (JsonNode region : device.path("regions")) {
                long address = region.path("address").asLong(-1);
                long size = region.path("size").asLong(0);
                if (region.path("type").asText().equals("memory")
                        && address >= 0
                        && size > 0
                        && address <= Long.MAX_VALUE - size) {
                    to.add(new MemoryTree.Span(address, address + size));
                }
            }
            if (depth < MOST_BRIDGES) {
                addBars(device.path("pci_bridge").path("devices"), to, depth + 1);
            }
        }
    }
}
