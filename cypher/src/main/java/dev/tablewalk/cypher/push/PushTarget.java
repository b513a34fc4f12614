package dev.tablewalk.cypher.push;

import dev.tablewalk.graph.UserError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Neo4j that runs, and who writes to it.
 *
 * @param uri as {@link #uri} gives it
 * @param database null for the user's home database
 */
public record PushTarget(URI uri, @Nullable String database, String user, String password) {
    private static final Set<String> SCHEMES = Set.of("bolt", "bolt+s", "neo4j", "neo4j+s");

    /**
     * Reads an address.
     *
     * @throws UserError if it is not one of a Neo4j whose certificate is verified, if there is one
     */
    public static URI uri(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw UserError.input(text + " is no address: " + e.getReason(), e);
        }
        if (uri.getUserInfo() != null) {
            throw UserError.input(
                    "an address has neither user nor password, which others on this machine could"
                            + " read: see --user and --password-file");
        }
        String scheme = uri.getScheme();
        if (scheme != null && scheme.endsWith("+ssc")) {
            throw UserError.input(
                    scheme + " trusts whoever answers: use " + scheme.replace("+ssc", "+s"));
        }
        if (scheme == null || !SCHEMES.contains(scheme) || uri.getHost() == null) {
            throw UserError.input(
                    text
                            + " is no address of a Neo4j: it has the form bolt://HOST:PORT (one"
                            + " server) or neo4j://HOST:PORT (a cluster), and bolt+s:// or"
                            + " neo4j+s:// with TLS");
        }
        return uri;
    }

    /** Whether what is sent can be read on the way, and leaves this machine. */
    public boolean isExposed() {
        String host = uri.getHost();
        return !uri.getScheme().endsWith("+s")
                && !host.equals("localhost")
                && !host.startsWith("127.")
                && !host.equals("[::1]");
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return uri + (database == null ? "" : ", database " + database);
    }
}
