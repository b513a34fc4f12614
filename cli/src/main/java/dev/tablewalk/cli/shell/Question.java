package dev.tablewalk.cli.shell;

import dev.tablewalk.cypher.saved.SavedQuery.Column;
import java.util.List;
import java.util.Map;

/**
 * What the checkpoint is asked.
 *
 * @param values of its parameters
 * @param columns what is known of the answer's; none if nothing is
 */
record Question(String cypher, Map<String, Object> values, List<Column> columns) {}
