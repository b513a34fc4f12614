package dev.tablewalk.cypher.stored;

import dev.tablewalk.graph.UserError;
import java.util.Arrays;
import java.util.Iterator;
import org.neo4j.token.api.NamedToken;

/** What a store's numbers for labels, types and property keys stand for. */
public final class StoreTokens {
    private StoreTokens() {}

    /** The names, each at the place of its token's id; interned, for they are looked for often. */
    public static String[] names(Iterator<NamedToken> tokens) {
        String[] names = {};
        while (tokens.hasNext()) {
            NamedToken token = tokens.next();
            if (token.id() >= names.length) {
                names = Arrays.copyOf(names, token.id() + 1);
            }
            names[token.id()] = token.name().intern();
        }
        return names;
    }

    /** What is said of a store that is not as a load makes it. */
    public static UserError damaged(String why) {
        return UserError.input(
                "the checkpoint's store is damaged: " + why + "; ingest its image again");
    }
}
