package dev.tablewalk.cypher.dbms;

import java.time.Duration;

/**
 * How a checkpoint is reached over Bolt: by Neo4j's drivers, Neo4j Browser and cypher-shell.
 *
 * @param host the address to listen at, such as {@code 127.0.0.1}
 * @param port the port; 0 for any that is free
 * @param password what {@link #USER} must give; never written to disk
 * @param limit how long one transaction may run
 */
public record BoltAccess(String host, int port, String password, Duration limit) {
    /** The name to log in with. */
    public static final String USER = "neo4j";

    /** A host and a port as a URI has them. */
    public static String hostAndPort(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return "bolt://" + hostAndPort(host, port);
    }
}
