package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.junit.jupiter.api.Test;

/** Links between pages lead somewhere, and to every page leads one. */
class DocsLinksTest {
    /** What the site takes in beside {@code docs/}, as its hook names it. */
    private static final Pattern BESIDE =
            Pattern.compile("^    \"([^\"]+)\": \"([^\"]+)\",$", Pattern.MULTILINE);

    private record Target(String page, String path, String anchor) {}

    private static List<Target> targets(String page) throws IOException {
        List<Target> targets = new ArrayList<>();
        Docs.forEach(
                Docs.parse(page),
                node -> {
                    String to =
                            switch (node) {
                                case Link link -> link.getDestination();
                                case Image image -> image.getDestination();
                                default -> "";
                            };
                    if (!to.isEmpty() && !to.matches("[a-z][a-z0-9+.-]*:.*")) {
                        int anchor = to.indexOf('#');
                        String path = anchor < 0 ? to : to.substring(0, anchor);
                        Path from = Path.of(page);
                        targets.add(
                                new Target(
                                        page,
                                        path.isEmpty()
                                                ? page
                                                : from.resolveSibling(path).normalize().toString(),
                                        anchor < 0 ? "" : to.substring(anchor + 1)));
                    }
                });
        return targets;
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(String page) throws IOException {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> used = new HashMap<>();
        Docs.forEach(
                Docs.parse(page),
                node -> {
                    if (node instanceof Heading) {
                        String slug = slug(Docs.text(node));
                        int before = used.merge(slug, 1, Integer::sum) - 1;
                        anchors.add(before == 0 ? slug : slug + "-" + before);
                    }
                });
        return anchors;
    }

    private static String slug(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "")
                .replace(' ', '-');
    }

    private static JsonNode site() throws IOException {
        return new YAMLMapper().readTree(Docs.ROOT.resolve("mkdocs.yml").toFile());
    }

    /** The files beside {@code docs/} that are the site's too, by their names there. */
    private static Map<String, String> beside() throws IOException {
        Map<String, String> beside = new HashMap<>();
        Matcher line = BESIDE.matcher(Files.readString(Docs.ROOT.resolve("mkdocs_hooks.py")));
        while (line.find()) {
            beside.put(line.group(2), line.group(1));
        }
        return beside;
    }

    /** The pages of the site's navigation, as paths from the repository's root. */
    private static List<String> navigation() throws IOException {
        Map<String, String> beside = beside();
        return texts(site().get("nav")).stream()
                .map(page -> beside.getOrDefault(page, "docs/" + page))
                .toList();
    }

    private static List<String> texts(JsonNode of) {
        List<String> texts = new ArrayList<>();
        if (of.isTextual()) {
            texts.add(of.textValue());
        } else {
            of.forEach(each -> texts.addAll(texts(each)));
        }
        return texts;
    }

    @Test
    void eachLeadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (String page : Docs.pages()) {
            for (Target target : targets(page)) {
                links++;
                if (!Files.exists(Docs.ROOT.resolve(target.path))) {
                    broken.add(target + ": no such file");
                } else if (!target.anchor.isEmpty()
                        && !anchors(target.path).contains(target.anchor)) {
                    broken.add(target + ": no such heading");
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 100, "only " + links + " links");
    }

    /** On the site there is nothing but pages, pictures, and what its hook takes in. */
    @Test
    void whatThePagesOfTheSiteLinkToIsThere() throws IOException {
        Set<String> taken = new HashSet<>(beside().values());
        assertTrue(taken.contains("CHANGELOG.md"), taken::toString);
        List<String> outside = new ArrayList<>();
        for (String page : Docs.pages()) {
            if (!page.startsWith("docs/") && !taken.contains(page)) {
                continue;
            }
            for (Target target : targets(page)) {
                if (!taken.contains(target.path)
                        && !(target.path.startsWith("docs/")
                                && Files.isRegularFile(Docs.ROOT.resolve(target.path)))) {
                    outside.add(target.toString());
                }
            }
        }
        assertEquals(List.of(), outside);
    }

    @Test
    void theNavigationHasPagesThatExistEachOnce() throws IOException {
        List<String> navigation = navigation();
        assertEquals(
                List.of(),
                navigation.stream()
                        .filter(page -> !Files.isRegularFile(Docs.ROOT.resolve(page)))
                        .toList());
        assertEquals(navigation.size(), new HashSet<>(navigation).size(), navigation::toString);
    }

    @Test
    void noPageIsAnOrphan() throws IOException {
        List<String> pages = Docs.pages();
        Set<String> ofTheForge = unreached(pages, List.of("README.md"));
        ofTheForge.remove("docs/index.md"); // each has a front page of its own
        assertEquals(Set.of(), ofTheForge, "from the README");
        Set<String> ofTheSite = unreached(pages, navigation());
        ofTheSite.remove("README.md");
        assertEquals(Set.of(), ofTheSite, "from the navigation");
    }

    private static Set<String> unreached(List<String> pages, List<String> from) throws IOException {
        Set<String> unreached = new TreeSet<>(pages);
        Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            String page = open.pop();
            if (unreached.remove(page)) {
                targets(page).forEach(target -> open.add(target.path));
            }
        }
        return unreached;
    }

    @Test
    void anchorsAreMadeAsGitHubDoes() {
        assertEquals("of-a-diff", slug("Of a diff"));
        assertEquals("task--points_to--mmstruct", slug("Task → POINTS_TO → MmStruct"));
        assertEquals("how-check-ends", slug("How check ends"));
        assertEquals("whats-new-in-61", slug("What's new in 6.1?"));
    }
}
