package dev.tablewalk.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;

/** The pages that a reader has, as tests hold them to their word. */
public final class Docs {
    /** Maven runs tests in the module's folder. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final TextContentRenderer TEXT = TextContentRenderer.builder().build();

    private Docs() {}

    /**
     * A fenced block of a page.
     *
     * @param heading the last heading above it, as text; empty if there is none
     * @param language as the fence names it
     */
    public record Block(String page, String heading, String language, String text) {
        @Override
        public String toString() {
            return page + ", " + heading + ":\n" + text;
        }
    }

    /** Every page, as a path from the repository's root. */
    static List<String> pages() throws IOException {
        List<String> pages =
                new ArrayList<>(
                        List.of(
                                "README.md",
                                "CONTRIBUTING.md",
                                "CHANGELOG.md",
                                "ingest/src/test/lab/README.md"));
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md"))
                    .map(file -> ROOT.relativize(file).toString())
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    static Node parse(String page) throws IOException {
        return PARSER.parse(Files.readString(ROOT.resolve(page)));
    }

    /** Hands over every node below this one, in order. */
    static void forEach(Node of, Consumer<Node> each) {
        of.accept(
                new AbstractVisitor() {
                    @Override
                    protected void visitChildren(Node parent) {
                        for (Node n = parent.getFirstChild(); n != null; n = n.getNext()) {
                            each.accept(n);
                            visitChildren(n);
                        }
                    }
                });
    }

    /** What a reader sees of it. */
    static String text(Node node) {
        return TEXT.render(node).strip();
    }

    /** The fenced blocks of a page, in order. */
    public static List<Block> blocks(String page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        String[] heading = {""};
        forEach(
                parse(page),
                node -> {
                    if (node instanceof Heading) {
                        heading[0] = text(node);
                    } else if (node instanceof FencedCodeBlock block) {
                        blocks.add(
                                new Block(page, heading[0], block.getInfo(), block.getLiteral()));
                    }
                });
        return blocks;
    }

    /** The blocks of Cypher of a page, in order. */
    public static List<Block> cypher(String page) throws IOException {
        return blocks(page).stream().filter(block -> block.language().equals("cypher")).toList();
    }

    /** What stands in a page's text as code. */
    static List<String> codeInText(String page) throws IOException {
        List<String> all = new ArrayList<>();
        forEach(
                parse(page),
                node -> {
                    if (node instanceof Code code) {
                        all.add(code.getLiteral().strip());
                    }
                });
        return all;
    }

    /** The questions of the page of recipes, in order. */
    public static List<String> recipes() throws IOException {
        return cypher("docs/recipes.md").stream().map(Block::text).toList();
    }
}
