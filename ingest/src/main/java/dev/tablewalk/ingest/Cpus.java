package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.process.FoundTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The processors whose registers the image has. What the registers of translation tables point to
 * must be a root that memory knows: of an address space, or the kernel's own.
 */
final class Cpus {
    private final List<GraphNode.Cpu> nodes = new ArrayList<>();

    /** Of each register of each processor that leads to a table. */
    private final List<Root> roots = new ArrayList<>();

    private record Root(int cpu, String register, int table) {}

    Cpus(
            Notes notes,
            Kernel kernel,
            PageTables tables,
            Collection<FoundTask> tasks,
            Anomalies anomalies) {
        List<Integer> numbers = new CpuNumbers(notes.cpus(), kernel, tasks).numbers();
        for (int i = 0; i < numbers.size(); i++) {
            Notes.CpuRegisters cpu = notes.cpus().get(i);
            Map<String, Long> registers = kernel.architecture().kernelRegisters(cpu.registers());
            boolean translates = kernel.architecture().translates(cpu.registers());
            for (String register : kernel.architecture().rootRegisters()) {
                Long value = registers.get(register);
                if (value != null && translates) {
                    find(register, value, kernel, tables, anomalies);
                }
            }
            nodes.add(new GraphNode.Cpu(numbers.get(i), registers));
            if (numbers.get(i) == GraphNode.Cpu.UNKNOWN) {
                anomalies.add(
                        "cpu_unknown",
                        kernel.architecture().instruction(cpu.registers()).orElse(0),
                        "NT_PRSTATUS",
                        "the image does not have the registers of all processors, and neither its"
                                + " notes nor a stack tell whose these are");
            }
        }
    }

    private void find(
            String register, long value, Kernel kernel, PageTables tables, Anomalies anomalies) {
        long pa = kernel.architecture().tableBase(kernel.map().format(), value);
        int table = tables.row(pa);
        if (table >= 0) {
            roots.add(new Root(nodes.size(), register, table));
        } else {
            anomalies.add(
                    "register_unknown_root",
                    pa,
                    register,
                    "CPU "
                            + nodes.size()
                            + " walks a table at PA "
                            + Hex.of(pa)
                            + " that no address space and no symbol of the kernel leads to");
        }
    }

    List<GraphNode.Cpu> nodes() {
        return nodes;
    }

    /**
     * What leads on from them.
     *
     * @param first number of the first processor's node
     * @param firstTable number of the first table's
     * @param ids numbers of tasks, by address
     */
    List<GraphRelationship> links(
            int first, int firstTable, Collection<FoundTask> tasks, Map<Long, Integer> ids) {
        List<GraphRelationship> links = new ArrayList<>();
        for (Root root : roots) {
            links.add(
                    new GraphRelationship.Pointer(
                            first + root.cpu, firstTable + root.table, "register", root.register));
        }
        for (int i = 0; i < nodes.size(); i++) {
            for (FoundTask task : tasks) {
                Integer id = ids.get(task.node().address());
                if (task.cpu() >= 0 && task.cpu() == nodes.get(i).id() && id != null) {
                    links.add(new GraphRelationship.Link(RelationshipType.RUNS, first + i, id));
                }
            }
        }
        return links;
    }
}
