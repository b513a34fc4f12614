package dev.tablewalk.cli.part;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.RelationshipValue;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a part of a graph as GraphML, which Gephi, yEd, Cytoscape and igraph read. Labels are the
 * data {@code labels} of a node, as {@code :PageTable:Root}, types the data {@code label} of an
 * edge, as Neo4j's own export has them. A list, which GraphML lacks, is JSON in a text.
 *
 * <p>Source: GraphML Primer, graphml.graphdrawing.org.
 */
public final class GraphMl {
    /** More is more than a picture can show, or its readers bear. */
    public static final int MOST = 200_000;

    private static final String NAMESPACE = "http://graphml.graphdrawing.org/xmlns";
    private static final String LABELS = "labels";
    private static final String TYPE = "label";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final XMLStreamWriter xml;

    private GraphMl(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** Writes it; the writer stays open. */
    public static void write(PartOfGraph part, Writer to) {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(to);
            new GraphMl(xml).write(part);
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(PartOfGraph part) throws XMLStreamException {
        Map<String, String> ofNodes = new TreeMap<>(Map.of(LABELS, "string"));
        Map<String, String> ofEdges = new TreeMap<>(Map.of(TYPE, "string"));
        part.nodes().forEach(node -> types(node.properties(), ofNodes));
        part.relationships().forEach(edge -> types(edge.properties(), ofEdges));
        xml.writeStartDocument("UTF-8", "1.0");
        line("");
        xml.writeStartElement("graphml");
        xml.writeDefaultNamespace(NAMESPACE);
        keys("node", "n_", ofNodes);
        keys("edge", "e_", ofEdges);
        line("  ");
        xml.writeStartElement("graph");
        xml.writeAttribute("id", plain(part.checkpoint()));
        xml.writeAttribute("edgedefault", "directed");
        for (NodeValue node : part.nodes()) {
            line("    ");
            xml.writeStartElement("node");
            xml.writeAttribute("id", "n" + node.id());
            data("n_" + LABELS, ":" + String.join(":", node.labels()));
            data("n_", node.properties());
            xml.writeEndElement();
        }
        for (RelationshipValue edge : part.relationships()) {
            line("    ");
            xml.writeStartElement("edge");
            xml.writeAttribute("id", "e" + edge.id());
            xml.writeAttribute("source", "n" + edge.startId());
            xml.writeAttribute("target", "n" + edge.endId());
            data("e_" + TYPE, edge.type());
            data("e_", edge.properties());
            xml.writeEndElement();
        }
        line("  ");
        xml.writeEndElement();
        line("");
        xml.writeEndDocument();
        line("");
    }

    private void line(String indent) throws XMLStreamException {
        xml.writeCharacters("\n" + indent);
    }

    /** One that is of several types is a text. */
    private static void types(Map<String, Object> properties, Map<String, String> types) {
        properties.forEach(
                (key, value) ->
                        types.merge(
                                key,
                                switch (value) {
                                    case Long _ -> "long";
                                    case Boolean _ -> "boolean";
                                    default -> "string";
                                },
                                (one, other) -> one.equals(other) ? one : "string"));
    }

    private void keys(String of, String prefix, Map<String, String> types)
            throws XMLStreamException {
        for (Map.Entry<String, String> each : types.entrySet()) {
            line("  ");
            xml.writeEmptyElement("key");
            xml.writeAttribute("id", prefix + each.getKey());
            xml.writeAttribute("for", of);
            xml.writeAttribute("attr.name", each.getKey());
            xml.writeAttribute("attr.type", each.getValue());
        }
    }

    private void data(String prefix, Map<String, Object> properties) throws XMLStreamException {
        for (Map.Entry<String, Object> each : properties.entrySet()) {
            Object value = each.getValue();
            data(
                    prefix + each.getKey(),
                    value instanceof List<?> list ? json(list) : value.toString());
        }
    }

    private void data(String key, String value) throws XMLStreamException {
        xml.writeStartElement("data");
        xml.writeAttribute("key", key);
        xml.writeCharacters(plain(value));
        xml.writeEndElement();
    }

    private static String json(List<?> list) {
        try {
            return JSON.writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** XML has no way to say some characters: U+FFFD stands for them. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().map(c -> isCharacter(c) ? c : 0xfffd).forEach(plain::appendCodePoint);
        return plain.toString();
    }

    /** Source: Extensible Markup Language 1.0, 2.2, but for carriage returns, which it changes. */
    private static boolean isCharacter(int c) {
        return c == '\t'
                || c == '\n'
                || (c >= 0x20 && c < Character.MIN_SURROGATE)
                || (c > Character.MAX_SURROGATE && c < 0xfffe)
                || c >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
    }
}
