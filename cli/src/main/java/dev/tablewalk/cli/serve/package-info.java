/**
 * The explorer's server, on the JDK's own HTTP server: a page for a browser, and what it asks.
 *
 * <p>{@link dev.tablewalk.cli.serve.Explorer} has the addresses, {@link
 * dev.tablewalk.cli.serve.Gate} lets nobody in who has no token or comes from another page, {@link
 * dev.tablewalk.cli.serve.Assets} gives out the page ({@link dev.tablewalk.cli.serve.Neo4jBrowser}
 * Neo4j's own), and the rest answers it: questions in Cypher ({@link
 * dev.tablewalk.cli.serve.Answers}), the constraints' outcomes as they come ({@link
 * dev.tablewalk.cli.serve.Checks}), physical memory in tiles ({@link
 * dev.tablewalk.cli.serve.Frames}), the moments of a series ({@link
 * dev.tablewalk.cli.serve.TimeLines}) and what changed between two of them ({@link
 * dev.tablewalk.cli.serve.Changes}), the words that a question can be made of ({@link
 * dev.tablewalk.cli.serve.Schema}).
 */
@NullMarked
package dev.tablewalk.cli.serve;

import org.jspecify.annotations.NullMarked;
