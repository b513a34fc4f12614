package dev.tablewalk.ingest.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertyMap;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestImageIT {
    private static final String GUEST = "arm64-6.1";

    @Test
    @NeedsLabGuest(GUEST)
    void isTheGraphThatTheStoreIsMadeOf(@TempDir Path folder) {
        Path image = LabGuests.require(GUEST).image(1);
        List<String> heard = new ArrayList<>();
        Guest guest =
                GuestImage.of(image)
                        .progress(
                                new Progress() {
                                    @Override
                                    public void stage(String name, long total) {
                                        heard.add(name);
                                    }
                                })
                        .read();
        GuestGraph graph =
                Ingest.read(
                        new IngestRequest(
                                image.getFileName().toString(),
                                List.of(image),
                                folder,
                                List.of(),
                                false,
                                false,
                                true,
                                false,
                                "unpackaged"),
                        Progress.NONE);
        List<Node> nodes = guest.nodes().parallel().toList();
        assertEquals(graph.nodeCount(), guest.nodeCount());
        assertEquals(guest.nodeCount(), nodes.size());
        int number = 0;
        for (GraphNode each : graph.nodes()) {
            Node node = nodes.get(number);
            assertEquals(number++, node.number());
            assertTrue(node.labels().contains(each.label().text()));
            assertEquals(PropertyMap.of(each::describe), node.properties());
        }
        List<Relationship> relationships = guest.relationships().toList();
        assertEquals(graph.relationshipCount(), guest.relationshipCount());
        int at = 0;
        for (GraphRelationship each : graph.relationships()) {
            assertEquals(
                    new Relationship(
                            each.type().name(),
                            each.from(),
                            each.to(),
                            PropertyMap.of(each::describe)),
                    relationships.get(at++));
        }
        assertEquals(at, relationships.size());
        assertEquals(
                relationships.stream().filter(each -> each.type().equals("HAS_VMA")).toList(),
                guest.relationships("HAS_VMA").toList());
        assertEquals(
                nodes.stream().filter(each -> each.labels().contains("Task")).toList(),
                guest.nodes(NodeLabel.TASK.text()).toList());
        assertEquals(nodes.getFirst(), guest.checkpoint());
        assertTrue(heard.contains("walk page tables"), heard.toString());
    }

    @Test
    void whatIsNoImageIsRefusedInOneLine(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("notes"), new byte[1 << 20]);
        UserError refused = assertThrows(UserError.class, () -> GuestImage.of(file).read());
        assertEquals(UserError.Kind.IMAGE, refused.kind());
        assertEquals(1, String.valueOf(refused.getMessage()).lines().count());
        assertThrows(UserError.class, () -> GuestImage.of(folder.resolve("absent")).read());
        assertThrows(IllegalArgumentException.class, () -> GuestImage.of(file).kernel(0));
    }
}
