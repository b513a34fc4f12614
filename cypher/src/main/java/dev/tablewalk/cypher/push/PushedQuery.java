package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.UserError;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A saved query, which is written for the one checkpoint of a store, as it is asked where several
 * were pushed: each label of the schema is joined by the checkpoint's own. No relationship leads
 * from one checkpoint to another, so each part of a pattern that names a label stays in one.
 */
public final class PushedQuery {
    private static final String LABELS =
            Arrays.stream(NodeLabel.values())
                    .map(NodeLabel::text)
                    .collect(Collectors.joining("|", ":(?:", ")\\b"));

    /** What is no label though it looks like one; else, in the group, one or several. */
    private static final Pattern TOKENS =
            Pattern.compile(
                    "//[^\\n]*|/\\*.*?\\*/|'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`"
                            + "|((?:"
                            + LABELS
                            + ")+)(?<expression>\\s*[|&])?|(?<open>:\\s*[!(%$])",
                    Pattern.DOTALL);

    private static final Pattern OWN = Pattern.compile("\\btw\\.[a-z]+");

    private PushedQuery() {}

    /**
     * Its Cypher for one checkpoint among others.
     *
     * @throws UserError if it calls what only a checkpoint's own store has, or has label
     *     expressions
     */
    public static String of(SavedQuery query, String checkpoint) {
        Matcher own = OWN.matcher(query.cypher());
        if (own.find()) {
            throw UserError.input(
                    query.id()
                            + " calls "
                            + own.group()
                            + ", which a Neo4j that was pushed to does not have: "
                            + (query.kind() == SavedQuery.Kind.CONSTRAINT
                                    ? "tablewalk check asks it, and tablewalk push --overview"
                                            + " takes along what it finds"
                                    : "tablewalk query asks it"));
        }
        return restricted(query.cypher(), query.id(), checkpoint);
    }

    /** The same for Cypher that is not saved. */
    static String restricted(String cypher, String id, String checkpoint) {
        String label = PushedGraph.label(checkpoint);
        StringBuilder restricted = new StringBuilder();
        Matcher token = TOKENS.matcher(cypher);
        while (token.find()) {
            if (token.group("expression") != null || token.group("open") != null) {
                throw UserError.input(
                        id
                                + " has a label expression ("
                                + token.group().strip()
                                + " …): only labels joined by : can be restricted to a"
                                + " checkpoint");
            }
            token.appendReplacement(
                    restricted,
                    Matcher.quoteReplacement(
                            token.group(1) == null ? token.group() : token.group(1) + ":" + label));
        }
        token.appendTail(restricted);
        return restricted.toString();
    }
}
