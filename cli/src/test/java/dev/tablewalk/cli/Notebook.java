package dev.tablewalk.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Jupyter notebook, as tests look at it. */
public final class Notebook {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern QUESTION =
            Pattern.compile(
                    "^(\\w+) = ask\\(\"\"\"(.*?)\"\"\"", Pattern.MULTILINE | Pattern.DOTALL);

    private final ObjectNode root;

    private Notebook(ObjectNode root) {
        this.root = root;
    }

    /** The one that comes with the pages. */
    public static Notebook example() throws IOException {
        return read(Docs.ROOT.resolve("docs/examples/where-memory-goes.ipynb"));
    }

    public static Notebook read(Path file) throws IOException {
        return new Notebook((ObjectNode) JSON.readTree(file.toFile()));
    }

    /** Adds a cell of Python behind all others. */
    public void addCode(String id, String source) {
        ObjectNode cell = ((ArrayNode) root.get("cells")).addObject();
        cell.put("cell_type", "code")
                .put("id", id)
                .put("source", source)
                .putNull("execution_count");
        cell.putObject("metadata");
        cell.putArray("outputs");
    }

    public void write(Path file) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(root));
    }

    /** The cells of Python, in order. */
    public List<JsonNode> code() {
        List<JsonNode> code = new ArrayList<>();
        for (JsonNode cell : root.get("cells")) {
            if (cell.get("cell_type").asText().equals("code")) {
                code.add(cell);
            }
        }
        return code;
    }

    /** The questions in Cypher, by the variables that hold the answers, in order. */
    public Map<String, String> questions() {
        Map<String, String> questions = new LinkedHashMap<>();
        for (JsonNode cell : code()) {
            Matcher question = QUESTION.matcher(text(cell.get("source")));
            while (question.find()) {
                questions.put(question.group(1), question.group(2));
            }
        }
        return questions;
    }

    /** A text, which may be kept as its lines. */
    public static String text(JsonNode of) {
        if (of.isTextual()) {
            return of.textValue();
        }
        StringBuilder text = new StringBuilder();
        of.forEach(line -> text.append(line.textValue()));
        return text.toString();
    }
}
